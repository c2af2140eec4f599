// Names of MITRE ATT&CK: all tactics, and the techniques of Security-Datasets. Enterprise ATT&CK v13, https://attack.mitre.org.
// © The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation.

/** Tactics in the order of an attack. */
const TACTICS = {
  TA0043: "Reconnaissance", TA0042: "Resource Development", TA0001: "Initial Access", TA0002: "Execution", TA0003: "Persistence",
  TA0004: "Privilege Escalation", TA0005: "Defense Evasion", TA0006: "Credential Access", TA0007: "Discovery", TA0008: "Lateral Movement",
  TA0009: "Collection", TA0011: "Command and Control", TA0010: "Exfiltration", TA0040: "Impact",
};

// A technique, then its sub-techniques.
const TECHNIQUES = {
  T1003: ["OS Credential Dumping", { "001": "LSASS Memory", "002": "Security Account Manager", "003": "NTDS", "004": "LSA Secrets", "006": "DCSync" }],
  T1005: ["Data from Local System"],
  T1012: ["Query Registry"],
  T1018: ["Remote System Discovery"],
  T1021: ["Remote Services", { "001": "Remote Desktop Protocol", "002": "SMB/Windows Admin Shares", "003": "Distributed Component Object Model", "004": "SSH", "006": "Windows Remote Management" }],
  T1027: ["Obfuscated Files or Information", { "001": "Binary Padding" }],
  T1036: ["Masquerading"],
  T1037: ["Boot or Logon Initialization Scripts", { "001": "Logon Script (Windows)" }],
  T1047: ["Windows Management Instrumentation"],
  T1049: ["System Network Connections Discovery"],
  T1053: ["Scheduled Task/Job", { "005": "Scheduled Task" }],
  T1055: ["Process Injection", { "001": "Dynamic-link Library Injection", "002": "Portable Executable Injection", "003": "Thread Execution Hijacking" }],
  T1056: ["Input Capture", { "001": "Keylogging", "002": "GUI Input Capture" }],
  T1059: ["Command and Scripting Interpreter", { "001": "PowerShell", "003": "Windows Command Shell", "004": "Unix Shell", "005": "Visual Basic" }],
  T1069: ["Permission Groups Discovery", { "001": "Local Groups", "002": "Domain Groups" }],
  T1070: ["Indicator Removal", { "001": "Clear Windows Event Logs" }],
  T1078: ["Valid Accounts", { "002": "Domain Accounts", "004": "Cloud Accounts" }],
  T1082: ["System Information Discovery"],
  T1087: ["Account Discovery", { "001": "Local Account", "002": "Domain Account" }],
  T1105: ["Ingress Tool Transfer"],
  T1110: ["Brute Force", { "003": "Password Spraying" }],
  T1112: ["Modify Registry"],
  T1123: ["Audio Capture"],
  T1134: ["Access Token Manipulation", { "001": "Token Impersonation/Theft", "002": "Create Process with Token" }],
  T1135: ["Network Share Discovery"],
  T1190: ["Exploit Public-Facing Application"],
  T1197: ["BITS Jobs"],
  T1210: ["Exploitation of Remote Services"],
  T1218: ["System Binary Proxy Execution", { "001": "Compiled HTML File", "002": "Control Panel", "003": "CMSTP", "004": "InstallUtil", "005": "Mshta", "010": "Regsvr32", "011": "Rundll32" }],
  T1220: ["XSL Script Processing"],
  T1222: ["File and Directory Permissions Modification", { "001": "Windows File and Directory Permissions Modification" }],
  T1505: ["Server Software Component", { "003": "Web Shell" }],
  T1518: ["Software Discovery"],
  T1530: ["Data from Cloud Storage"],
  T1543: ["Create or Modify System Process", { "003": "Windows Service" }],
  T1546: ["Event Triggered Execution", { "003": "Windows Management Instrumentation Event Subscription" }],
  T1547: ["Boot or Logon Autostart Execution", { "001": "Registry Run Keys / Startup Folder" }],
  T1548: ["Abuse Elevation Control Mechanism", { "002": "Bypass User Account Control" }],
  T1550: ["Use Alternate Authentication Material", { "002": "Pass the Hash", "003": "Pass the Ticket" }],
  T1558: ["Steal or Forge Kerberos Tickets", { "003": "Kerberoasting" }],
  T1562: ["Impair Defenses", { "001": "Disable or Modify Tools", "002": "Disable Windows Event Logging", "004": "Disable or Modify System Firewall" }],
  T1570: ["Lateral Tool Transfer"],
  T1574: ["Hijack Execution Flow", { "001": "DLL Search Order Hijacking", "002": "DLL Side-Loading" }],
  T1580: ["Cloud Infrastructure Discovery"],
};

/** The place of a tactic among all; after them what is none. */
export const orderOf = (tactic) => Object.keys(TACTICS).indexOf(tactic) >>> 0;

/** The name of a tactic, a technique or a sub-technique; an id that is not known has none. */
export function nameOf(id) {
  const [technique, sub] = id.split(".");
  if (Object.hasOwn(TACTICS, id)) return TACTICS[id];
  const [own, subs = {}] = Object.hasOwn(TECHNIQUES, technique) ? TECHNIQUES[technique] : [];
  if (!sub) return own;
  return Object.hasOwn(subs, sub) ? `${own}: ${subs[sub]}` : undefined;
}
