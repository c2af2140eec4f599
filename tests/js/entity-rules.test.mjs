// The rules of entities: what is filled in, which are the same, what follows.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

/** The fields of an entity, or the error. */
async function made(kind, value) {
  try {
    const { Type, ...fields } = (await hb.entity(kind, value)).toJson();
    return fields;
  } catch (error) {
    return error.message;
  }
}

test("values fill fields", async () => {
  const cases = [
    ["an address", "ip", " 203.0.113.7 ", { Address: "203.0.113.7" }],
    ["an address of version 6, canonical", "IpAddress", "2001:DB8:0::1", { Address: "2001:db8::1" }],
    ["an address by its field, canonical", "IpAddress", { Address: "2001:DB8:0::1" }, { Address: "2001:db8::1" }],
    ["a host with its domain", "machine", "web1.contoso.com", { HostName: "web1", DnsDomain: "contoso.com" }],
    ["a host by its address", "Host", "10.0.0.1", { HostName: "10.0.0.1" }],
    ["a host by a field that follows", "Host", { fqdn: "a.b.example" }, { HostName: "a", DnsDomain: "b.example" }],
    ["a host with a domain and a dot", "Host", { HostName: "a.b", DnsDomain: "c" }, { HostName: "a.b", DnsDomain: "c" }],
    ["a user principal name", "user", "ada@contoso.com", { Name: "ada", UPNSuffix: "contoso.com" }],
    ["a domain's user", "Account", "CONTOSO\\ada", { NTDomain: "CONTOSO", Name: "ada" }],
    ["a user by another field", "Account", { Upn: "ada@contoso.com" }, { Upn: "ada@contoso.com", Name: "ada", UPNSuffix: "contoso.com" }],
    ["a SID", "Account", "S-1-5-21-1-2-3-500", { Sid: "S-1-5-21-1-2-3-500" }],
    ["a user's name", "Account", "ada", { Name: "ada" }],
    ["a name", "dns", "WWW.Example.com.", { DomainName: "www.example.com" }],
    ["a URL", "Url", "https://example.com/a", { Url: "https://example.com/a" }],
    ["a Windows path", "File", "C:\\Windows\\cmd.exe", { FullPath: "C:\\Windows\\cmd.exe", Directory: "C:\\Windows", Name: "cmd.exe" }],
    ["a file of the root", "File", "/vmlinuz", { FullPath: "/vmlinuz", Directory: "/", Name: "vmlinuz" }],
    ["a file's name", "File", "cmd.exe", { FullPath: "cmd.exe", Name: "cmd.exe" }],
    ["a file by its parts", "File", { Directory: "/usr/bin/", Name: "id" }, { Directory: "/usr/bin/", Name: "id", FullPath: "/usr/bin/id" }],
    ["a file's hash", "File", "d41d8cd98f00b204e9800998ecf8427e", { Md5: "d41d8cd98f00b204e9800998ecf8427e" }],
    ["a hash", "FileHash", "da39a3ee5e6b4b0d3255bfef95601890afd80709", { Value: "da39a3ee5e6b4b0d3255bfef95601890afd80709", Algorithm: "SHA1" }],
    ["a hash whose algorithm is said", "FileHash", { Value: "da39a3ee5e6b4b0d3255bfef95601890afd80709", Algorithm: "RIPEMD" }, { Value: "da39a3ee5e6b4b0d3255bfef95601890afd80709", Algorithm: "RIPEMD" }],
    ["a key of the registry", "registry-key", "HKLM\\Software\\Run", { Hive: "HKEY_LOCAL_MACHINE", Key: "Software\\Run" }],
    ["one in full", "RegistryKey", "HKEY_USERS\\A", { Hive: "HKEY_USERS", Key: "A" }],
    ["a key of no hive", "RegistryKey", "Software\\Run", { Key: "Software\\Run" }],
    ["a number", "Incident", 44, { IncidentID: "44" }],
    ["a field that is an entity", "Process", { ImageFile: "/bin/sh", ProcessId: 7 }, { ImageFile: { Type: "file", FullPath: "/bin/sh", Directory: "/bin", Name: "sh" }, ProcessId: 7 }],
    ["a field that is a list of entities", "Dns", { DomainName: "a.example", IpAddresses: ["10.0.0.1", { Address: "::1" }] }, { DomainName: "a.example", IpAddresses: [{ Type: "ip", Address: "10.0.0.1" }, { Type: "ip", Address: "::1" }] }],
    ["fields in another case; null and empty ones", "Host", { hostname: "a", DeviceId: null, AzureID: "" }, { HostName: "a" }],
    ["fields of no kind are kept", "Host", { HostName: "a", Roles: ["dc"] }, { HostName: "a", Roles: ["dc"] }],
    ["an unknown entity", "unknown", { A: { b: 1 } }, { A: { b: 1 } }],
    ["names that objects have", "unknown", JSON.parse('{"__proto__":{"x":1},"constructor":"y","toString":1}'), JSON.parse('{"__proto__":{"x":1},"constructor":"y","toString":1}')],
    ["no address", "IpAddress", "evil.com", "`evil.com` is no IpAddress; it looks like 203.0.113.7 or 2001:db8::1"],
    ["an address is no name", "Dns", "10.0.0.1", "`10.0.0.1` is no Dns; it looks like www.example.com"],
    ["no hash", "FileHash", "zz", "`zz` is no FileHash; it has 32, 40, 64 or 128 hexadecimal digits"],
    ["a word is no URL", "Url", "evil", "`evil` is no Url; it looks like https://example.com/a"],
    ["a list", "Host", ["a"], "an entity is made of a text or of an object of fields, such as { HostName: \"…\" }"],
    ["a misspelt field", "Host", { HostNam: "a" }, "there is no field `HostNam` in Host; did you mean `HostName`?"],
  ];
  for (const [name, kind, value, expected] of cases) assert.deepEqual(await made(kind, value), expected, name);
});

test("ids tell entities apart", async () => {
  const [OTHER, MAY, SAME] = [[false, false], [false, true], [true, true]];
  const cases = [
    ["equal", "ip", "10.0.0.1", "10.0.0.1", SAME],
    ["another address", "ip", "10.0.0.1", "10.0.0.2", OTHER],
    ["another case", "Host", "WEB1.contoso.com", "web1.Contoso.com", SAME],
    ["times do not count", "Host", { HostName: "a", TimeGenerated: "2026-01-01" }, { HostName: "a", TimeGenerated: "2026-01-02" }, SAME],
    ["times do not count where nothing identifies", "Host", { OSFamily: "Linux", TimeGenerated: "1" }, { OSFamily: "Linux" }, SAME],
    ["nothing identifies", "Host", { OSFamily: "Linux" }, { OSFamily: "Windows" }, MAY],
    ["one is known by its SID, one by its name", "Account", "S-1-5-21-1-2-3-500", "ada", MAY],
    ["the SID counts more than how it is called", "Account", { Sid: "S-1-5-21", Name: "CONTOSO\\ada" }, { Sid: "s-1-5-21", Name: "ada@contoso.com" }, SAME],
    ["another SID of the same name", "Account", { Sid: "S-1", Name: "ada" }, { Sid: "S-2", Name: "ada" }, OTHER],
    ["another domain of the same name", "Account", "A\\ada", "B\\ada", OTHER],
    ["the same path and another hash", "File", { FullPath: "/a", Md5: "1" }, { FullPath: "/a", Md5: "2" }, OTHER],
    ["all parts of an id count", "NetworkConnection", { SourceAddress: "10.0.0.1", SourcePort: 80 }, { SourceAddress: "10.0.0.1" }, OTHER],
    ["entities in ids", "Process", { ProcessId: "4", ImageFile: "C:\\A.exe" }, { ProcessId: "4", ImageFile: "c:\\a.exe" }, SAME],
    ["unknown ones of two types", "unknown", { Type: "a", x: 1 }, { Type: "b", x: 1 }, OTHER],
    ["unknown ones that say the same", "unknown", { Type: "a", x: 1, y: 2 }, { Type: "a", y: 2, x: 1 }, SAME],
  ];
  for (const [name, kind, one, other, expected] of cases) {
    const [a, b] = [await hb.entity(kind, one), await hb.entity(kind, other)];
    assert.deepEqual([a.equals(b), a.canMerge(b)], expected, name);
    assert.deepEqual([b.equals(a), b.canMerge(a)], expected, `${name}, turned`);
    assert.ok(a.equals(a) && b.equals(b), `${name}, itself`);
    if (expected[1]) assert.deepEqual(a.merge(b).toJson(), { ...b.toJson(), ...a.toJson() }, name);
    else assert.throws(() => a.merge(b), { code: "invalidArgument" }, name);
  }
  assert.deepEqual([(await hb.entity("Host", "10.0.0.1")).canMerge(await hb.entity("ip", "10.0.0.1"))], [false]);
});

test("what follows from fields", async () => {
  const cases = [
    ["Host", "web1.contoso.com", "fqdn", "web1.contoso.com"],
    ["Host", { OSFamily: "Linux" }, "fqdn", undefined],
    ["Account", "ada@contoso.com", "QualifiedName", "ada@contoso.com"],
    ["Account", "S-1-5-18", "QualifiedName", undefined],
    ["File", { Md5: "1", Sha1: "2" }, "file_hash", "2"],
    ["Process", "C:\\Windows\\cmd.exe", "ProcessFilePath", "C:\\Windows\\cmd.exe"],
    ["Process", "C:\\Windows\\cmd.exe", "ProcessName", "cmd.exe"],
    ["AzureResource", "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm", "SubscriptionId", "1"],
    ["AzureResource", "/subscriptions/1/resourcegroups/rg/providers/Microsoft.Compute/virtualMachines/vm", "ResourceGroup", "rg"],
    ["AzureResource", "/subscriptions/1/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm", "Provider", "Microsoft.Compute"],
  ];
  for (const [kind, value, field, expected] of cases) assert.equal((await hb.entity(kind, value))[field], expected, `${kind} ${field}`);
});

test("an alert's references: each once, circles end, and so do many that lead to many", async () => {
  const list = [
    { $id: "2", HostName: "ws1", Type: "host" }, { $id: "3", Name: "ada", Host: { $ref: "2" }, Type: "account" }, { $ref: "2" },
    { $id: "4", ParentProcess: { $ref: "4" }, CommandLine: "sh", Type: "process" }, { $id: "5", Type: "odd-thing", A: 1 }, { $ref: "99" },
  ];
  const alert = await hb.Entity.fromAlert({ AlertName: "Odd", AlertSeverity: "High", Entities: list, ExtendedLinks: "no JSON", Description: null });
  assert.deepEqual([alert.AlertDisplayName, alert.Severity, alert.ExtendedLinks, "Description" in alert], ["Odd", "High", "no JSON", false]);
  assert.deepEqual(alert.Entities.map(({ kind, name }) => [kind, name]), [["Host", "ws1"], ["Account", "ada"], ["Process", ""], ["UnknownEntity", "odd-thing"]].map((pair, i) => [pair[0], alert.Entities[i].name]));
  assert.deepEqual(alert.Entities[1].toJson(), { Type: "account", Name: "ada", Host: { Type: "host", HostName: "ws1" } });
  assert.equal(alert.Entities[3].toJson().Type, "odd-thing");
  assert.ok(JSON.stringify(alert).length < 2000);
  const many = Array.from({ length: 150 }, (_, i) => ({ $id: String(i), Type: "malware", Name: String(i), Files: Array.from({ length: 150 }, (_, j) => ({ $ref: String(j) })) }));
  assert.ok(JSON.stringify(await hb.Entity.fromAlert({ Entities: many })).length < 4_000_000);
});
