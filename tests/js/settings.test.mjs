// Settings: what a msticpyconfig.yaml says, and that its keys stay in memory.
import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { inspect } from "node:util";

const hb = await import(path.resolve(import.meta.dirname, "../../pkg/node.js"));

const CONFIG = `AzureSentinel:
  Workspaces:
    Default:
      WorkspaceId: 52b1ab41-869e-4138-9e40-2a4457f09bf0
      TenantId: 72f988bf-86f1-41af-91ab-2d7cd011db49
    Contoso:
      WorkspaceId: 11111111-2222-3333-4444-555555555555
      ResourceGroup: soc
Azure:
  cloud: usgov
  auth_methods: [cli, interactive]
  clientSecret: very-secret-1
TIProviders:
  OTX:
    Args:
      AuthKey: very-secret-2
    Primary: True
    Provider: OTX
  VirusTotal:
    Args:
      AuthKey:
        EnvironmentVar: HUNTBOOK_TEST_VT
    Primary: False
  XForce:
    Args:
      ApiID:
        KeyVault: xforce-id
      AuthKey:
        KeyVault:
  Tor:
DataProviders:
  Splunk:
    Args: { host: splunk.example, port: 8089, username: hunter, password: very-secret-3 }
OtherProviders:
  GeoIPLite:
    Args: { DBFolder: ~/.msticpy, AuthKey: 1234567 }
    Provider: GeoLiteLookup
`;
const never = () => assert.fail("nothing was to be asked");
const read = (options) => hb.readSettings(CONFIG, { ask: never, ...options });

test("workspaces", async () => {
  const settings = await read();
  assert.deepEqual(settings.workspaces, ["Default", "Contoso"]);
  assert.deepEqual({ ...settings.workspace() }, { name: "Default", workspaceId: "52b1ab41-869e-4138-9e40-2a4457f09bf0", tenantId: "72f988bf-86f1-41af-91ab-2d7cd011db49" });
  assert.equal(settings.workspace("contoso").resourceGroup, "soc");
  assert.throws(() => settings.workspace("Fabrikam"), { code: "invalidArgument", message: 'there is no workspace "Fabrikam" in the settings (there are: Default, Contoso)' });
  const only = await hb.readSettings({ AzureSentinel: { Workspaces: { Mine: { WorkspaceId: "x" } } } });
  assert.equal(only.workspace().name, "Mine");
  assert.throws(() => only.section("TIProviders"), { code: "invalidArgument", message: /there are: AzureSentinel/ });
});

test("providers, and which of their arguments are keys", async () => {
  const settings = await read();
  assert.deepEqual(settings.providers("TIProviders").map((one) => [one.name, one.provider, one.primary, one.keys]), [
    ["OTX", "OTX", true, ["AuthKey"]],
    ["VirusTotal", "VirusTotal", false, ["AuthKey"]],
    ["XForce", "XForce", false, ["ApiID", "AuthKey"]],
    ["Tor", "Tor", false, []],
  ]);
  assert.deepEqual(settings.provider("splunk").args, { host: "splunk.example", port: 8089, username: "hunter", password: "(hidden)" });
  assert.deepEqual(settings.section("azure"), { cloud: "usgov", auth_methods: ["cli", "interactive"], clientSecret: "(hidden)" });
  assert.throws(() => settings.provider("Shodan"), { code: "invalidArgument", message: /no provider "Shodan"/ });
  assert.throws(() => settings.providers("Providers"), { code: "invalidArgument" });
  assert.throws(() => (settings.provider("OTX").args.AuthKey = "x"), TypeError);
});

test("keys of the file, of the environment, and keys that are asked for once", async () => {
  const asked = [];
  const settings = await read({ ask: async (question) => (asked.push(question), `typed ${asked.length}`) });
  assert.equal(await settings.secret("OTX", "AuthKey"), "very-secret-2");
  assert.equal(await settings.secret("GeoIPLite", "authkey"), "1234567");
  process.env.HUNTBOOK_TEST_VT = "of the environment";
  assert.equal(await settings.secret("VirusTotal", "AuthKey"), "of the environment");
  delete process.env.HUNTBOOK_TEST_VT;
  assert.deepEqual(asked, []);
  const both = await Promise.all([settings.secret("XForce", "ApiID"), settings.secret("xforce", "apiid")]);
  assert.deepEqual(both, ["typed 1", "typed 1"]);
  assert.deepEqual(asked, [{ provider: "XForce", arg: "ApiID", reference: "Key Vault secret xforce-id", signal: undefined }]);
  settings.setSecret("XForce", "AuthKey", "given");
  assert.equal(await settings.secret("XForce", "AuthKey"), "given");
  settings.forget("XForce", "AuthKey");
  assert.equal(await settings.secret("XForce", "AuthKey"), "typed 2");
  settings.forget();
  assert.equal(await settings.secret("XForce", "ApiID"), "typed 3");
});

test("no answer is an error, and the next call asks again", async () => {
  const answers = [undefined, "", "at last"];
  const settings = await read({ ask: () => answers.shift() });
  for (let i = 0; i < 2; i++) await assert.rejects(settings.secret("XForce", "AuthKey"), { code: "cancelled", message: /setSecret\("XForce", "AuthKey"/ });
  assert.equal(await settings.secret("XForce", "AuthKey"), "at last");
});

test("where no page is, the error says how to give a key", async () => {
  const settings = await hb.readSettings(CONFIG);
  await assert.rejects(settings.secret("XForce", "ApiID"), { code: "unsupported", message: /XForce needs its ApiID \(Key Vault secret xforce-id\).*setSecret\("XForce", "ApiID"/ });
});

test("keys are in no output", async () => {
  const settings = await read({ ask: () => "very-secret-4" });
  await settings.secret("XForce", "ApiID");
  settings.setSecret("XForce", "AuthKey", "very-secret-5");
  const shown = [JSON.stringify(settings), settings.toJson(), inspect(settings, { depth: 9, showHidden: true }), String(settings), JSON.stringify(settings._toMime()), JSON.stringify(settings.providers()), JSON.stringify(settings.section("Azure"))];
  for (const text of shown) assert.doesNotMatch(text, /very-secret|1234567/);
  assert.match(shown[0], /HUNTBOOK_TEST_VT/);
  assert.deepEqual(JSON.parse(settings.toJson()).TIProviders.OTX.Args, { AuthKey: "(hidden)" });
});

const WRONG = [
  ["not YAML, and a key is not quoted", "TIProviders:\n  OTX:\n    Args:\n      AuthKey: *very-secret\n", /^mine\.yaml, line 4, column \d+: this is not YAML/],
  ["a tag that may be a key", "a: !very-secret x: [", /^mine\.yaml, line 1, column \d+: this is not YAML/],
  ["a list", "- a\n", /^mine\.yaml, line 1: the file should be a mapping of sections/],
  ["a provider that is a text", "TIProviders:\n  OTX: very-secret\n", /^mine\.yaml, line 2: TIProviders\.OTX should be a mapping$/],
  ["arguments that are a list", "TIProviders:\n  OTX:\n    Args: [very-secret]\n", /^mine\.yaml, line 3: TIProviders\.OTX\.Args should be a mapping$/],
  ["a workspace that is a text", "AzureSentinel:\n  Workspaces:\n    Default: very-secret\n", /^mine\.yaml, line 3: AzureSentinel\.Workspaces\.Default should be/],
  ["a variable without a name", "TIProviders:\n  OTX:\n    Args:\n      AuthKey:\n        EnvironmentVar:\n", /^mine\.yaml, line 4: TIProviders\.OTX\.Args\.AuthKey should have the name of a variable/],
  ["bytes that are no text", new Uint8Array([0xff, 0xfe, 0xff]), /^mine\.yaml: this is not UTF-8/],
  ["nested without an end", `${Array.from({ length: 30 }, (_, i) => `${" ".repeat(i)}k${i}:\n`).join("")}`, /^mine\.yaml, line 3: k0\.k1\.k2 is nested too deep$/],
];
for (const [name, text, message] of WRONG) {
  test(`refused: ${name}`, async () => {
    const error = await hb.readSettings(text, { name: "mine.yaml" }).catch((error) => error);
    assert.equal(error.code, "badInput", error.stack);
    assert.match(error.message, message);
    assert.doesNotMatch(`${error.message} ${error.stack} ${error.cause ?? ""}`, /very-secret/);
  });
}

test("sources, and options that are wrong", async () => {
  const bytes = new TextEncoder().encode(CONFIG);
  for (const source of [bytes, new Blob([CONFIG]), { arrayBuffer: async () => bytes.buffer }]) {
    assert.equal((await hb.readSettings(source)).workspaces.length, 2);
  }
  assert.deepEqual((await hb.readSettings("")).sections, []);
  await assert.rejects(hb.readSettings(CONFIG, { asks: never }), { code: "invalidArgument", message: /no option `asks`/ });
  await assert.rejects(hb.readSettings(42), { code: "invalidArgument" });
});
