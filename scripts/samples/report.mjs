// threat-report.md: what the responders wrote on the third day, defanged in all the ways people defang.

import * as story from "./story.mjs";
import { SERVERS } from "./world.mjs";

const dots = (text) => text.replaceAll(".", "[.]");
const lastDot = (text) => text.replace(/\.(?=[^.]*$)/, "[.]");
const { IMPLANT, SERVICE_BINARY } = story;

/** Each planted indicator as [type, value]; the report's text holds it defanged. */
const PLANTS = [
  ...story.SPRAY_FROM.map((ip) => ["ipv4", ip]),
  ["ipv4", story.LURE_IP], ["ipv4", story.C2_IP], ["ipv4", story.EXFIL_IP], ["ipv4", story.PATIENT.host.ip], ["ipv4", SERVERS.files.ip],
  ["ipv6", "2001:db8:51:c2::61"],
  ["dns", story.TUNNEL_DOMAIN], ["dns", story.C2_HOST], ["dns", story.EXFIL_HOST],
  ["url", story.LURE_URL], ["url", story.STAGE_URL], ["url", story.C2_URL], ["url", story.LINUX_URL], ["url", story.EXFIL_URL],
  ["email", story.LURE_SENDER], ["email", "soc@larkfield.example.com"],
  ["md5_hash", IMPLANT.md5], ["sha1_hash", IMPLANT.sha1], ["sha256_hash", IMPLANT.sha256],
  ["sha256_hash", SERVICE_BINARY.sha256], ["sha256_hash", story.LINUX_SHA256],
  ["cve", story.CVE], ["asn", story.ASN], ["registry_key", story.RUN_KEY],
  ["windows_path", IMPLANT.path], ["windows_path", SERVICE_BINARY.path], ["linux_path", story.LINUX_PATH],
];

const TEXT = `# Incident LOG-2026-03: quiet rates

Author: Larkfield response team <soc[at]larkfield[.]example[.]com>, 12 March 2026, 11:30 UTC. TLP:GREEN.
Everything below is invented, and every address in it is reserved for documentation.

## What happened

Between 05:58 and 10:12 UTC on 10 March somebody tried passwords on all 24 accounts, slowly, from
${dots(story.SPRAY_FROM[0])} and ${story.SPRAY_FROM[1].replaceAll(".", "(.)")}. One fitted. The mailbox of the freight desk was then
used from ${story.SPRAY_FROM[2].replaceAll(".", "[dot]")} (${story.ASN}). At 11:20 a colleague in Finance received a message from
${story.LURE_SENDER.replace("@", "[at]").replaceAll(".", "[.]")} with a link to

    ${story.LURE_URL.replace("http", "hxxp").replaceAll(".example", "[.]example")}

The archive abuses ${story.CVE} to start a script instead of the rate sheet. The script runs encoded
PowerShell, which fetches ${story.STAGE_URL.replace("http", "hXXp").replaceAll(".", "[.]").replace("stage[.]ps1", "stage.ps1")} and leaves this implant:

| | |
| --- | --- |
| file | ${IMPLANT.path} |
| MD5 | ${IMPLANT.md5} |
| SHA-1 | ${IMPLANT.sha1} |
| SHA-256 | ${IMPLANT.sha256} |
| starts from | ${story.RUN_KEY} |

## Command and control

The implant on ${story.PATIENT.host.ip.replaceAll(".", "[.]")} posts to ${story.C2_URL.replace("https://", "hxxps[:]//").replaceAll(".", "[.]")} once a minute, give or take
ten percent. The name ${lastDot(story.C2_HOST)} had one address in all three days, ${dots(story.C2_IP)}; its operators
also hold 2001:db8:51:c2::61.

## Spreading

With credentials from LSASS the intruders copied ${SERVICE_BINARY.path} to the file server ${SERVERS.files.ip.replaceAll(".", "[.]")}
(SHA-256 ${SERVICE_BINARY.sha256}), and to the domain
controller after that. On web01 they fetched ${story.LINUX_URL.replace("http:", "hxxp:").replace("198.51.100.23", "198[.]51[.]100[.]23")} to
${story.LINUX_PATH} (SHA-256 ${story.LINUX_SHA256}).

## What was taken

7 GB in 112 parts went to ${story.EXFIL_URL.replace("https", "hxxps").replaceAll(".example", "[.]example")} (${dots(story.EXFIL_IP)},
${story.EXFIL_HOST.replaceAll(".", " [.] ")}) between 02:31 and 04:12 on 12 March. Before that, about 60 kB left as names under
${story.TUNNEL_DOMAIN.replaceAll(".", "{.}")} in DNS.

## What to do

1. Block the addresses and names above, then search three weeks back for them.
2. Reset the passwords of a.okafor, j.lindqvist and n.fischer, and the krbtgt account twice.
3. Forbid Basic authentication for SMTP: the spray used nothing else.
4. Look for PowerShell started by wscript.exe, and for comsvcs.dll on a command line.
`;

export function report() {
  return { name: "threat-report.md", text: TEXT, plants: PLANTS };
}
