// Real logs: each is read, and its indicators make sense. The numbers of rows
// are those of Python's csv and json modules or of `wc -l`; the indicators were
// looked at by eye and are held here, so that a change is seen.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const data = path.resolve(import.meta.dirname, "../../../shared/data");
const skip = !fs.existsSync(data) && "../shared is absent";

// file, format, rows, and how many indicators of some types there are
const ROWS = [
  ["mordor/aws/ec2_proxy_s3_exfiltration.zip", "ndjson", 103, { ipv4: 98, dns: 214 }],
  ["mordor/linux/sh_arp_cache.zip", "text", 12, {}],
  ["mordor/windows/cmd_bitsadmin_download_psh_script.zip", "ndjson", 424, { url: 6, registry_key: 142 }],
  ["mordor/windows/empire_launcher_vbs.zip", "ndjson", 2067, { sha256_hash: 662 }],
  ["mordor/windows/empire_psexec_dcerpc_tcp_svcctl.zip", "ndjson", 4348, { sha256_hash: 368 }],
  ["mordor/windows/empire_schtasks_creation_standard_user.zip", "ndjson", 1297, { sha256_hash: 18 }],
  ["mordor/windows/empire_shell_net_local_users.zip", "ndjson", 1907, { sha256_hash: 208 }],
  ["mordor/windows/psh_lsass_memory_dump_comsvcs.zip", "ndjson", 184, { sha256_hash: 62 }],
  ["mordor/windows/psh_powershell_httplistener.zip", "ndjson", 110, { sha256_hash: 16 }],
  ["mordor/zeek/NASHUA-zeek_logs.zip", "ndjson", 1725, { sha1_hash: 755 }],
  ["msticpy/auditd_log.txt", "text", 1708, { ipv4: 586 }],
  ["msticpy/az_net_flows.csv", "csv", 460, { ipv4: 1838 }],
  ["msticpy/processes_on_host.csv", "csv", 363, { url: 6, ipv4: 2 }],
  ["msticpy/linux_proc_test.csv", "csv", 1000, { ipv4: 788 }],
  ["msticpy/linux_proc_test.arrow", "arrow", 1000, { ipv4: 788 }],
  ["msticpy/linux_proc_test.parquet", "arrow", 1000, { ipv4: 788 }],
  ["msticpy/linux_proc_test.pkl", "pickle", 1000, { ipv4: 788 }],
  ["msticpy/win_proc_test.pkl", "pickle", 1000, { ipv4: 213, url: 1 }],
  ["msticpy/win_proc_test.csv", "csv", 1000, { ipv4: 213, url: 1 }],
  ["msticpy/win_proc_test.arrow", "arrow", 1000, { ipv4: 213, url: 1 }],
  ["msticpy/osquery/osqueryd.results.log", "ndjson", 266, { sha256_hash: 20 }],
  ["msticpy/velociraptor/Windows.System.DNSCache.json", "ndjson", 10, { dns: 12, ipv4: 8 }],
  ["threat-reports/turla.adoc", "text", 1029, { sha1_hash: 132 }],
  ["threat-reports/dukes.adoc", "text", 133, { sha1_hash: 18 }],
  ["threat-reports/oilrig.adoc", "text", 80, { sha1_hash: 36 }],
  ["web/apache_combined_access.log", "text", 10000, { ipv4: 10091 }],
];

for (const [file, format, rows, expected] of ROWS) {
  test(file, { skip }, async () => {
    const bytes = new Uint8Array(fs.readFileSync(path.join(data, file)));
    const table = await hb.read(bytes, { name: path.basename(file) });
    assert.deepEqual([table.report.format, table.numRows], [format, rows]);
    const iocs = await hb.extractIocs(table);
    const counts = Object.fromEntries(Object.keys(expected).map((type) => [type, 0]));
    for (const type of iocs.column("IoCType")) if (type in counts) counts[type]++;
    assert.deepEqual(counts, expected);
  });
}
