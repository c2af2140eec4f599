// process-events.csv: Windows process creation (event 4688), with the columns that msticpy's data has.

import { PROCESSES } from "./story.mjs";
import { fqdn, iso, moments, NETBIOS, SERVERS, TENANT, USERS } from "./world.mjs";

const SYS = "C:\\Windows\\System32";
const PF = "C:\\Program Files";

/** Normal programs: [weight, parent, image, command line]. `{user}` is the login name. */
const DESKTOP = [
  [30, "explorer", `${PF}\\Microsoft\\Edge\\Application\\msedge.exe`, `"{image}" --type=renderer --field-trial-handle={int1000-9999},{int100000-999999} --lang=en-GB --renderer-client-id={int2-400} /prefetch:1`],
  [10, "explorer", `${PF}\\Google\\Chrome\\Application\\chrome.exe`, `"{image}" --type=utility --utility-sub-type=network.mojom.NetworkService --mojo-platform-channel-handle={int1000-9999}`],
  [9, "explorer", `${PF}\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE`, `"{image}" /recycle`],
  [8, "explorer", `${PF}\\Microsoft Office\\root\\Office16\\EXCEL.EXE`, `"{image}" "C:\\Users\\{user}\\Documents\\{doc}-{int2023-2026}.xlsx"`],
  [5, "explorer", `${PF}\\Microsoft Office\\root\\Office16\\WINWORD.EXE`, `"{image}" /n "\\\\FS01\\Shares\\{team}\\{doc}.docx" /o ""`],
  [4, "explorer", `${PF}\\Adobe\\Acrobat DC\\Acrobat\\Acrobat.exe`, `"{image}" "C:\\Users\\{user}\\Downloads\\{doc}-{int10000-99999}.pdf"`],
  [3, "explorer", `${SYS}\\notepad.exe`, `"{image}" C:\\Users\\{user}\\Desktop\\notes.txt`],
  [2, "explorer", `${SYS}\\SnippingTool.exe`, `"{image}"`],
  [3, "explorer", `${PF}\\7-Zip\\7zG.exe`, `"{image}" x -o"C:\\Users\\{user}\\Downloads\\{doc}\\" -spe -an -ai#7zMap{int1000-9999}:98:7zEvent{int1000-9999}`],
  [2, "explorer", `C:\\Users\\{user}\\AppData\\Local\\Microsoft\\Teams\\current\\Teams.exe`, `"{image}" --process-start-args "--system-initiated"`],
  [2, "explorer", `C:\\Users\\{user}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe`, `"{image}" /background`],
  [1, "explorer", `${SYS}\\cmd.exe`, `"{image}" /c ipconfig /all`],
  [1, "explorer", `${SYS}\\PING.EXE`, `ping -n 4 {lan}`],
];
const SYSTEM = [
  [26, "services", `${SYS}\\svchost.exe`, `{image} -k {group} -p -s {service}`],
  [12, "svchost", `${SYS}\\backgroundTaskHost.exe`, `"{image}" -ServerName:App.AppX{hex16}.mca`],
  [12, "svchost", `${SYS}\\RuntimeBroker.exe`, `{image} -Embedding`],
  [10, "svchost", `${SYS}\\taskhostw.exe`, `taskhostw.exe {task}`],
  [9, "cmd", `${SYS}\\conhost.exe`, `\\??\\{image} 0xffffffff -ForceV1`],
  [8, "svchost", `${SYS}\\wbem\\WmiPrvSE.exe`, `{image} -secured -Embedding`],
  [6, "services", `C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MpCmdRun.exe`, `"{image}" -IdleTask -TaskName WdCacheMaintenance`],
  [5, "services", `${SYS}\\SearchIndexer.exe`, `{image} /Embedding`],
  [5, "SearchIndexer", `${SYS}\\SearchProtocolHost.exe`, `"{image}" Global\\UsGthrFltPipeMssGthrPipe{int1-900}_ Global\\UsGthrCtrlFltPipeMssGthrPipe{int1-900} 1 -2147483646 "Software\\Microsoft\\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)" "C:\\ProgramData\\Microsoft\\Search\\Data\\Temp\\usgthrsvc" "DownLevelDaemon"`],
  [4, "services", `${PF}\\Larkfield Agent\\agent.exe`, `"{image}" --inventory --server https://assets.larkfield.example.com/api/v3 --run {hex8}`],
  [3, "svchost", `${SYS}\\WindowsPowerShell\\v1.0\\powershell.exe`, `powershell.exe -NoProfile -File "C:\\Scripts\\Get-DiskHealth.ps1" -Report \\\\FS01\\Reports\\{int1-31}.csv`],
  [3, "services", `${SYS}\\VSSVC.exe`, `{image}`],
  [2, "svchost", `${SYS}\\gpupdate.exe`, `gpupdate.exe /target:computer`],
  [2, "services", `${SYS}\\sppsvc.exe`, `{image}`],
  [2, "svchost", `${SYS}\\wuauclt.exe`, `"{image}" /UpdateDeploymentProvider UpdateDeploymentProvider.dll /ClassId {hex8}-{hex4}-{hex4}-{hex4}-{hex12} /RunHandlerComServer`],
  [1, "services", `${SYS}\\rundll32.exe`, `rundll32.exe {image_dir}\\invagent.dll,RunUpdate -noappraiser`],
];
const SERVICES = [
  ["netsvcs", "BITS"], ["netsvcs", "wuauserv"], ["LocalServiceNetworkRestricted", "WinHttpAutoProxySvc"],
  ["LocalSystemNetworkRestricted", "StorSvc"], ["wsappx", "ClipSVC"], ["netsvcs", "Schedule"], ["UnistackSvcGroup", "CDPUserSvc"],
];
const DOCS = ["Rates", "Manifest", "Invoice", "Customs declaration", "Shift plan", "Offer", "Minutes", "Claims", "Packing list", "Forecast"];
const TASKS = ["KEYROAMING", "Install $(Arg0)", "/RuntimeWide", "SYSTEM", "NGCKeyPregen"];

const hexPid = (random) => `0x${(random.int(0x100, 0x4fff) * 4).toString(16)}`;

export const COLUMNS = [
  "TenantId", "Account", "EventID", "TimeGenerated", "Computer", "SubjectUserSid", "SubjectUserName", "SubjectDomainName",
  "SubjectLogonId", "NewProcessId", "NewProcessName", "TokenElevationType", "ProcessId", "CommandLine", "ParentProcessName",
  "TargetLogonId", "SourceComputerId",
];

const LONG_LIVED = {
  services: `${SYS}\\services.exe`, svchost: `${SYS}\\svchost.exe`, explorer: "C:\\Windows\\explorer.exe",
  cmd: `${SYS}\\cmd.exe`, SearchIndexer: `${SYS}\\SearchIndexer.exe`, wmiprvse: `${SYS}\\wbem\\WmiPrvSE.exe`,
};

/** A Windows machine: its id, its user's logon, and the processes that live as long as it does. */
function machine(random, host, owner) {
  const parents = Object.entries(LONG_LIVED).map(([name, image]) => [name, { pid: hexPid(random), image }]);
  return { host, owner, id: random.uuid(), logon: `0x${random.hex(7)}`, processes: new Map(parents) };
}

function row(box, who, time, pid, image, command, parent) {
  const system = who === null;
  const name = system ? `${box.host.name}$` : who.login;
  return [
    TENANT, `${NETBIOS}\\${name}`, 4688, iso(time).replace("Z", "000Z"), fqdn(box.host), system ? "S-1-5-18" : who.sid, name, NETBIOS,
    system ? "0x3e7" : box.logon, pid, image, system ? "%%1936" : "%%1938", parent.pid, command, parent.image, "0x0", box.id,
  ];
}

function normal(random, box, time) {
  const own = box.owner !== null && random.chance(0.62);
  const [parent, image, command] = random.weighted((own ? DESKTOP : SYSTEM).map(([weight, ...rest]) => [rest, weight]));
  const [group, service] = random.pick(SERVICES);
  const values = {
    user: box.owner?.login, team: box.owner?.team, doc: random.pick(DOCS), group, service, task: random.pick(TASKS),
    lan: random.pick([SERVERS.dc.ip, SERVERS.files.ip, SERVERS.proxy.ip]), image_dir: SYS,
  };
  const path = random.fill(image, values);
  const who = own ? box.owner : null;
  return row(box, who, time, hexPid(random), path, random.fill(command, { ...values, image: path }), box.processes.get(parent));
}

function attack(random, box, event) {
  const pid = hexPid(random);
  const parent = box.processes.get(event.parent);
  box.processes.set(event.id, { pid, image: event.program });
  return row(box, event.who, event.time, pid, event.program, event.command, parent);
}

export function processes(random) {
  const hosts = [...USERS.map((user) => [user.host, user]), [SERVERS.dc, null], [SERVERS.files, null]];
  const boxes = hosts.map(([host, owner]) => machine(random, host, owner));
  const records = moments(random, 17_000, 0.15).map((time) => ({ time, fields: normal(random, random.pick(boxes), time) }));
  for (const event of PROCESSES) {
    const box = boxes.find(({ host }) => host === event.host);
    records.push({ time: event.time, fields: attack(random, box, event), plants: event.plants });
  }
  return { name: "process-events.csv", header: COLUMNS, separator: ",", records };
}
