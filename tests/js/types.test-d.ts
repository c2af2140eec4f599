// What must compile, and (after ts-expect-error) what must not. `make test` runs
// tsc on it; nothing here is ever executed.
import {
  AzureBlobStorage, Entity, HuntbookError, LogAnalyticsUploader, Pipeline, QueryProvider, QueryStore, SplunkUploader, Table, addPivot, addProcessFeatures, anomalyKqlFilter, anomalyPeriods, buildProcessTree, charOrdScore, classifyIoc, clusterEvents,
  clusters as clustersChart,
  crc32, decomposeSeries, defang, delimCount, delimHash, detectOutliers, detectPolling, entropy, extractIocs, fastCommandRuns, firstSeen,
  getAncestors, getChildren, getDescendants, getProcessSchema, getRoots, getSummaryInfo, getTreeDepth, heatmap, hostSummary, init, logonSessions,
  maskTable, maskText, matrix, prettyPowershell, processTree, read, readAuditd, readSettings, readSyslog, refang, riskyCommandLines, riskySudoSessions, scoreSessions, sessionize,
  sessions as sessionsChart, setNewAnomalyThreshold, signIn, splitCommandLine, sqlToKql, tableView, timeSeries, timeSeriesAnomalies, timeline, timelineDuration,
  entity, entityGraph, map, network, pipeline, timelineValues, tokenCount, treeToText, unpackBase64,
  fileInput, getText, lookback, optionButtons, progress, queryTime, selectAlert, selectItem, selectSubset, mordorBrowser,
} from "huntbook";
import type {
  Account, AuditdOptions, CallOptions, ClusterOptions, ErrorCode, FeatureOptions, Format, InitOptions, IocOptions, ReadOptions, Report, RiskySudoOptions, SessionOptions,
  LocalOptions, MordorOptions, ProviderQuery, Settings, Source, SummaryOptions, SyslogOptions, UnpackOptions, UploadResult,
} from "huntbook";
import widget from "huntbook/anywidget";

declare const bytes: Uint8Array;
declare const file: File;
declare const response: Response;
declare const controller: AbortController;
declare const attachment: { name: string; arrayBuffer(): Promise<ArrayBuffer> };

export async function reading(): Promise<Table> {
  await read("a,b\n1,2");
  await read(bytes, { name: "log.csv", format: "csv", columns: ["a"], onBadRow: "skip" });
  await read(bytes.buffer as ArrayBuffer);
  await read(file, { onProgress: (fraction) => fraction.toFixed(2), signal: controller.signal });
  await read(file, { onProgress: document.querySelector("progress")! });
  // @ts-expect-error
  await read(file, { onProgress: document.createElement("input") });
  await read(response);
  await read(new URL("https://localhost/log.csv"));
  await read(attachment);
  await read([{ a: 1 }, { a: 2, b: "x" }]);
  // @ts-expect-error: a misspelt option
  await read(bytes, { onBadrow: "skip" });
  // @ts-expect-error: not one of the choices
  await read(bytes, { onBadRow: "ignore" });
  await read(bytes, { name: "frame.pkl", format: "pickle" });
  // @ts-expect-error: not a format
  await read(bytes, { format: "xlsx" });
  // @ts-expect-error: a number is no source
  await read(5);
  // @ts-expect-error: a signal, not its controller
  await read(bytes, { signal: controller });
  // @ts-expect-error: everything is async
  const table: Table = read(bytes);
  return table;
}

export async function analysis(table: Table): Promise<void> {
  const chart = timeline({ a: table, b: table }, { groupBy: "Computer", refTime: { time: new Date(), label: "x" }, alerts: table, title: "x" });
  const freed: void = chart.free();
  const row: Record<string, unknown> | undefined = table.get(0);
  document.body.append(chart);
  const rows: Uint32Array | Record<string, Uint32Array> | undefined = chart.value?.rows;
  chart.view = { start: new Date(0), end: new Date() };
  const some: Table | null = chart.selected();
  table.take([1, 2]);
  // @ts-expect-error
  timeline(table, { groupby: "Computer" });
  const pairs = matrix(table, { x: "Account", y: "Computer", sort: "asc", sortY: true, logSize: true });
  const names: string[] | undefined = pairs.value?.xValues;
  const [from]: [number, number] = heatmap(table, { by: "date", timeZone: "local" }).value?.hours ?? [0, 0];
  clustersChart(table, { x: "a", sourceColumns: ["b"] }).value = { x: [0, 1], y: [0, 1], rows: new Uint32Array() };
  // @ts-expect-error: x and y must be given
  matrix(table, { x: "Account" });
  const process: string | undefined = processTree(table, { legendColumn: "User", pidFormat: "hex", height: 400 }).value?.process;
  // @ts-expect-error: not a format
  processTree(table, { pidFormat: "octal" });
  const session: Date | undefined = sessionsChart(table, { scoreColumn: "GeoMeanLikelihood", top: 5 }).value?.time;
  void [rows, some, names, from, process, session];
  const value: number | null | undefined = timelineValues(table, { valueColumn: "Bytes", kind: "circle", groupBy: ["Computer"] }).value?.value;
  const anomaly: number | undefined = timeSeries(table, { components: true, posOnly: true, kind: "bar" }).value?.anomaly;
  timelineDuration({ a: table }, { groupBy: "Account", endTimeColumn: "End", refEvents: table });
  // @ts-expect-error: without the column of values
  timelineValues(table, { kind: "line" });
  const node: string | undefined = network(table, { source: "a", target: "b", weightColumn: "c", directed: true }).value?.node;
  const south: number | [number, number] | undefined = map(table, { layerColumn: "Country" }).value?.latitude;
  const leaflet = { Map: class {}, TileLayer: class {} };
  map(table, { tiles: { leaflet, url: "https://tile.example/{z}/{x}/{y}.png", attribution: "©", maxZoom: 17 } });
  // @ts-expect-error tiles name who made them
  map(table, { tiles: { leaflet, url: "https://tile.example/{z}/{x}/{y}.png" } });
  const graph = entityGraph({ alerts: table, incidents: table }, { title: "Alerts", timeline: true });
  graph.addNote(node ?? "", { attachedTo: ["a"], time: new Date() });
  graph.toTable().free();
  void south;
  // @ts-expect-error a target is needed
  network(table, { source: "a" });
  // @ts-expect-error: not a kind
  timeSeries(table, { kind: "area" });
  void [value, anomaly];
  const sessions: Table = await sessionize(table, { groupBy: ["User"], maxGapMinutes: 5, signal: controller.signal });
  await scoreSessions(sessions, { model: "values", modellableParams: ["Force"], trainOn: { column: "StartTime", lt: new Date() } });
  await scoreSessions(table, { sessionize: { eventColumn: "Operation" }, windowLengths: [3] });
  // @ts-expect-error: not a model
  await scoreSessions(sessions, { model: "cmds_only" });
  // @ts-expect-error: a misspelt option of a nested object
  await scoreSessions(table, { sessionize: { groupby: ["User"] } });
  await detectOutliers(table, { algorithm: "robustRandomCutForest", timeColumn: "TimeGenerated" });
  // @ts-expect-error: not an algorithm
  await detectOutliers(table, { algorithm: "rrcf" });
  await firstSeen(table, { columns: ["User"] });
  // @ts-expect-error: columns have to be named
  await firstSeen(table, {});
  const bits: number = await entropy("text");
  const measured: Table = await entropy(table, { columns: ["CommandLine"] });
  // @ts-expect-error: a text has no columns
  await entropy("text", { columns: [String(bits), measured.columns[0]?.name] });
}

export async function processes(table: Table): Promise<void> {
  const tree: Table = await buildProcessTree(table, { schema: "sysmon", signal: controller.signal });
  await buildProcessTree(table, { schema: { processId: "pid", parentId: "ppid", eventIdColumn: "id", eventIdIdentifier: 4688 } });
  // @ts-expect-error: not a schema
  await buildProcessTree(table, { schema: "vax" });
  // @ts-expect-error: a schema needs ids
  await buildProcessTree(table, { schema: { processName: "exe" } });
  await getRoots(tree);
  await getChildren(tree, "key", { includeSource: false });
  await getAncestors(tree, { ProcKey: "key" });
  await getDescendants(tree, "key", { maxLevels: 2 });
  // @ts-expect-error: children are one level
  await getChildren(tree, "key", { maxLevels: 2 });
  const depth: number = (await getTreeDepth(tree)) + (await getSummaryInfo(tree)).largestTreeDepth;
  const pid: string = (await getProcessSchema(tree)).processId;
  await buildProcessTree(table, { schema: { processId: pid, parentId: "ppid" } });
  const text: string = await treeToText(tree, { template: "{exe}", wrapColumn: depth });
  await riskyCommandLines(table, { minSeverity: "high", rules: [{ id: "x", name: "x", severity: "low", pattern: text }] });
  // @ts-expect-error: not a severity
  await riskyCommandLines(table, { minSeverity: "awful" });
  await fastCommandRuns(table, { groupBy: ["Computer"], events: 10, seconds: 5 });
  const parts: string[] = await splitCommandLine(await prettyPowershell("a;b"), "posix");
  // @ts-expect-error: not a syntax
  await splitCommandLine(parts.join(" "), "vms");
}

export async function indicators(table: Table): Promise<void> {
  const iocs: Table = await extractIocs("hxxp://evil[.]example");
  await extractIocs(bytes, { signal: controller.signal });
  await extractIocs(table, { columns: ["CommandLine"] });
  await extractIocs(file);
  const rows: number = iocs.numRows;
  // @ts-expect-error: a misspelt option
  await extractIocs(table, { column: ["CommandLine"] });
  // @ts-expect-error: read-only
  iocs.numRows = rows;
  const text: string = await refang(await defang("http://evil.example"));
  const kind: string | undefined = await classifyIoc(text);
  // @ts-expect-error: may be undefined
  const sure: string = await classifyIoc(text);
  void [kind, sure];
}

export async function logs(): Promise<void> {
  const events: Table = await readAuditd(file, { onBadRow: "skip", signal: controller.signal });
  await readAuditd(events);
  const messages: Table = await readSyslog("Jan  1 00:00:00 h x: y", { year: 2024, now: Date.now() });
  await logonSessions(messages, { services: ["sshd"], withoutStart: true });
  await riskySudoSessions(messages, { rules: [{ id: "x", name: "x", severity: "low", pattern: "x" }], minSeverity: "low", burstCommands: 5, burstSeconds: 1 });
  await hostSummary(messages, { hosts: ["h"] });
  // @ts-expect-error: a table, not a file
  await logonSessions(file);
  // @ts-expect-error: a number
  await readSyslog(file, { year: "2024" });
  await read(file, { format: "weblog" });
}

export async function series(table: Table): Promise<void> {
  const { seasonal, trend } = await decomposeSeries([1, 2, 3, 4], { period: 2, robust: true, trendJump: 2 });
  const length: number = seasonal.length + trend.length;
  const seasons: Float64Array[] = (await decomposeSeries(new Float64Array(length), { period: [2, 3], seasonal: [7, 11] })).seasonal;
  void seasons;
  // @ts-expect-error: a period is needed
  await decomposeSeries([1, 2, 3, 4], {});
  // @ts-expect-error: a window for each period
  await decomposeSeries([1, 2, 3, 4], { period: [2, 3], seasonal: 7 });
  const result = await timeSeriesAnomalies(table, { timeColumn: "TimeGenerated", valueColumn: "v", period: 24, seasonal: 7, seasonalDegree: 0, threshold: 3 });
  await timeSeriesAnomalies(table, { groupBy: ["Host"], bin: "1h", period: ["1d", "7d"], fill: "linear", aggregate: "mean", compat: "msticpy" });
  // @ts-expect-error: not a rule
  await timeSeriesAnomalies(table, { fill: "forward" });
  const filter: string = await anomalyKqlFilter(await anomalyPeriods(await setNewAnomalyThreshold(result, { threshold: 2 }), { period: "1h", posOnly: false }));
  // @ts-expect-error: a threshold is needed
  await setNewAnomalyThreshold(result, {});
  await detectPolling(table, { timeColumn: filter, groupBy: ["a", "b"], bin: "1s", minEvents: 10, alpha: 0.01, signal: controller.signal });
  // @ts-expect-error: a duration
  await detectPolling(table, { bin: 1 });
}

export async function tables(): Promise<void> {
  const table = await Table.fromArrow(bytes);
  const arrow: Uint8Array = table.toArrow();
  table.free();
  // @ts-expect-error: statics are async too
  const other: Table = Table.fromArrow(arrow);
  void other;
}

export async function starting(): Promise<void> {
  await init();
  await init({ worker: true, workers: 2 });
  // @ts-expect-error
  await init({ workers: "2" });
  await init({ wasm: new URL("https://localhost/huntbook_bg.wasm"), worker: false });
  await init({ wasm: bytes, parquet: { module: "https://localhost/parquet.js", wasm: "https://localhost/parquet_bg.wasm" } });
  // @ts-expect-error: a misspelt option
  await init({ wsm: bytes });
  await widget.initialize();
}

export function errors(error: unknown): string {
  if (!(error instanceof HuntbookError)) return "another error";
  const code: ErrorCode = error.code;
  // @ts-expect-error: not a code
  const wrong: ErrorCode = "oops";
  return error.code === "cancelled" ? code : wrong;
}

export async function unpacking(table: Table, options: UnpackOptions): Promise<void> {
  const items: Table = await unpackBase64("SGVsbG8gdGhlcmU=", options);
  await unpackBase64(table, { columns: ["CommandLine"], maxDepth: 5, xor: true, signal: controller.signal });
  await unpackBase64(file);
  // @ts-expect-error: a misspelt option
  await unpackBase64(bytes, { maxdepth: 2 });
  // @ts-expect-error: a number, not a text
  await unpackBase64(bytes, { minLength: "20" });
  items.free();
}

export async function clustered(table: Table): Promise<void> {
  const groups: Table = await clusterEvents(table, { columns: ["Bytes"], eps: 0.5, minSamples: 3, scale: "rows", labels: true });
  await clusterEvents(table, { algorithm: "gaussianMixture", clusters: 3 });
  await clusterEvents(table, { algorithm: "templates", columns: ["Message"], similarity: 0.6, signal: controller.signal });
  await clusterEvents(table, { compat: "msticpy", features: ["pathScore", "isSystemSession"] });
  // @ts-expect-error: not a feature
  await clusterEvents(table, { features: ["pathscore"] });
  // @ts-expect-error: not an algorithm
  await clusterEvents(table, { algorithm: "optics" });
  await addProcessFeatures(groups, { force: true });
  const sum: number = (await charOrdScore("a", 10)) + (await delimCount("a")) + (await delimHash("a")) + (await tokenCount("a", ",")) + (await crc32("a"));
  // @ts-expect-error: a number
  await charOrdScore("a", "10");
  void sum;
}

export function views(table: Table): void {
  const view = tableView(table, { columns: ["User"], height: 300, title: "Logons", timeZone: "UTC", theme: "dark" });
  document.body.append(view);
  const rows: Uint32Array | undefined = view.value?.rows;
  view.value = { rows: [1, 2] };
  view.value = null;
  const some: Table | null = view.selected();
  view.update(some ?? table);
  // @ts-expect-error: a misspelt option
  tableView(table, { column: ["User"] });
  // @ts-expect-error: one table
  tableView({ table });
  void rows;
}

export async function entities(table: Table): Promise<void> {
  const host: Entity = await entity("Host", { HostName: "web1" });
  const same: boolean = host.equals(await entity("machine", "web1"));
  const names: string[] = host.pivots.map(({ name, field, description }) => `${name} ${field ?? ""} ${description}`);
  const merged: Entity = host.merge(host);
  const all: Entity[] = await Entity.fromAlert(table);
  const alert: Entity = await Entity.fromAlert(table.row(0));
  const pivots = table.pivot("IpAddress", { column: "SrcIp" });
  const joined: Table = await pivots.run("ipInfo", { join: "left", joinIgnoreCase: true, onProgress: () => {}, signal: controller.signal });
  const info = await pivots.ipInfo({ join: "inner" });
  await addPivot("Host", "asset", async (name) => ({ owner: name }), { description: "Who has it" });
  const flow: Pipeline = await pipeline([{ step_type: "pivot", entity: "IpAddress", function: "ipInfo", params: { column: "SrcIp" } }], { name: "addresses" });
  const { result, kept } = await flow.run(table, { onStep: ({ index, step, table }) => void [index, step.name, table.numRows], onDisplay: (table) => void table.numRows });
  const [read]: Pipeline[] = await Pipeline.fromYaml(await flow.toYaml(), { name: "flow.yaml" });
  // @ts-expect-error: an entity is made by a function
  new Entity();
  // @ts-expect-error: no such step
  await pipeline([{ step_type: "pivots" }]);
  // @ts-expect-error: the column is needed
  table.pivot("IpAddress");
  // @ts-expect-error: a join that there is not
  await pivots.run("ipInfo", { join: "outer" });
  // @ts-expect-error: a kind alone is no entity
  await entity("Host");
  void [same, names, merged, all, alert, joined, info, result, kept, read];
}

export async function widgets(table: Table): Promise<void> {
  const range = queryTime({ originTime: "2026-03-14 09:30", before: 2, units: "hour", maxBefore: 48, timeZone: "Europe/Berlin", remember: "range", label: "When" });
  document.body.append(range);
  const { start, end, timespan }: { start: Date; end: Date; timespan: number } = range.value;
  range.value = { start, end: +end };
  range.value = { before: 3 };
  range.value = queryTime({ timespan: range.value }).value;
  range.value = null;
  const back: Date = lookback({ units: "week", default: 2 }).value.start;
  const item: string | null = selectItem({ items: ["a", "b"], action: (text) => text.toUpperCase() }).value;
  const numbered: number | null = selectItem({ items: { one: 1 }, default: 1, action: async () => document.createElement("p") }).value;
  const column = selectItem<string | null>({ items: ["a", null] });
  const some: number[] = selectSubset({ items: [["one", 1], ["two", 2]], default: [2] }).value;
  const alert = selectAlert(table, { columns: ["AlertName"], action: ({ Entities }) => String(Entities) });
  alert.value = "a1";
  const row: Table | null = selectAlert({ alerts: table }).selected();
  const answer: string = await optionButtons({ options: ["Yes", "No"], timeout: 5 }).chosen;
  const text: string = getText({ prompt: "Host", password: true }).value;
  const bar = progress({ max: 10 });
  bar.value = 5;
  await read(file, { onProgress: (part) => (bar.value = part), signal: bar.signal });
  const input = fileInput({ accept: ".csv" });
  if (input.value) await read(input.value);
  const files: File[] = fileInput({ multiple: true }).value;
  // @ts-expect-error: a misspelt option
  queryTime({ orginTime: 0 });
  // @ts-expect-error: not a unit
  queryTime({ units: "year" });
  // @ts-expect-error: files are not remembered
  fileInput({ remember: "file" });
  // @ts-expect-error: items are needed
  selectItem({});
  // @ts-expect-error: a number
  bar.value = "half";
  void [timespan, back, item, numbered, column, some, row, answer, text, files];
}

export async function settings(file: File): Promise<void> {
  const settings: Settings = await readSettings(file, { ask: async ({ provider, arg }) => `${provider} ${arg}` });
  const key: string = await settings.secret("VirusTotal", "AuthKey", { signal: AbortSignal.timeout(1000) });
  const id: string | undefined = settings.workspace().workspaceId;
  const keys: readonly string[] = settings.providers("TIProviders")[0]?.keys ?? [];
  await readSettings({ TIProviders: { OTX: { Args: { AuthKey: key } } } });
  // @ts-expect-error: not a section of providers
  settings.providers("Azure");
  void [id, keys];
}

export async function signingIn(): Promise<string> {
  const account: Account = await signIn({ tenant: "contoso.com", clientId: "c", scopes: ["a/.default"], method: "devicecode", cloud: "usgov", proxy: { url: "http://127.0.0.1:8710" }, onCode: ({ userCode, message }) => void [userCode, message] });
  const back: Account | undefined = await signIn.resume();
  await new QueryProvider("MSSentinel").connect({ workspace: "w", auth: account });
  // @ts-expect-error: a method that a page has not
  await signIn({ tenant: "contoso.com", clientId: "c", method: "cli" });
  // @ts-expect-error: the tenant is needed
  await signIn({ clientId: "c" });
  // @ts-expect-error: it is not the page's to know
  await signIn({ tenant: "contoso.com", clientId: "c", clientSecret: "s" });
  account.signOut();
  return (back ?? account).getToken({ scope: "https://graph.microsoft.com/.default", refresh: true });
}

export type Names = [AuditdOptions, CallOptions, ClusterOptions, FeatureOptions, Format, InitOptions, IocOptions, ReadOptions, Report, RiskySudoOptions, SessionOptions, Source, SummaryOptions, SyslogOptions, UnpackOptions];

export async function queries(): Promise<string> {
  const store = await QueryStore.fromYaml("sources: {}", { name: "a.yaml" });
  const own: QueryStore = await QueryStore.builtIn("MSSentinel");
  const all: QueryStore = await QueryStore.load(file, [new URL("https://localhost/a.yaml"), bytes]);
  const [row] = (await all.add(response)).search("logon", { table: "SecurityEvent" });
  const names: string[] = row.required;
  const times: string = store.forEnvironment("MSSentinel").get(names[0]).parameters[0].type;
  // @ts-expect-error a misspelt option
  store.search("a", { tabel: "b" });
  // @ts-expect-error there is no public constructor
  new QueryStore();
  void own;
  return store.help(times) + store.render("F.q", { host: "a", ids: [1, 2], start: "-1d", end: new Date(), more: undefined });
}

export async function masks(table: Table): Promise<string> {
  const masked: Table = await maskTable(table, { columns: { Account: "account", Message: "null" }, seed: 5, signal: AbortSignal.timeout(1000) });
  await maskTable(masked, { columns: ["Account"] });
  // @ts-expect-error a kind that there is not
  await maskTable(table, { columns: { Account: "acount" } });
  // @ts-expect-error a misspelt option
  await maskText("a", "ip", { sed: "s" });
  return maskText("10.0.0.1", undefined, { seed: "s" });
}

export async function sql(): Promise<string> {
  // @ts-expect-error a misspelt option
  await sqlToKql("SELECT 1", { table: {} });
  return sqlToKql("SELECT a FROM b", { tables: { b: "c" } });
}

export async function uploads(table: Table, folder: FileSystemDirectoryHandle): Promise<string> {
  const store = new AzureBlobStorage({ account: "contoso", auth: { sas: "sig=x" }, cloud: "usgov", proxy: "http://127.0.0.1:8710" });
  const own: AzureBlobStorage = new AzureBlobStorage({ base: "https://contoso.blob.core.windows.net", auth: async ({ refresh }) => String(refresh) });
  const { url, size }: { url: string; size: number } = await store.upload("logs", "a.csv", table, { overwrite: false, onProgress: () => {}, signal: controller.signal });
  const sizes = (await own.blobs("logs", { prefix: "2026/", limit: 5 })).column("size");
  await read(await store.download("logs", "a.csv"));
  const there: boolean = await store.exists("logs");
  // @ts-expect-error a misspelt option
  await store.upload("logs", "a.csv", "x", { overwrit: false });
  // @ts-expect-error a name is needed
  await store.download("logs");
  const workspace = new LogAnalyticsUploader({ workspace: "a", auth: { sharedKey: "b" } });
  const { rows, sources }: UploadResult = await workspace.upload(folder, { table: "T", timeColumn: "t" });
  const splunk = new SplunkUploader({ host: "splunk", auth: { user: "a", password: "b" } });
  await splunk.upload([{ a: 1 }], { index: "i", createIndex: true });
  // @ts-expect-error without who asks
  new SplunkUploader({ host: "splunk" });
  new SplunkUploader({ proxy: "http://127.0.0.1:8710" });
  const sent: number | undefined = new HuntbookError("network", "x").sent?.[0].unsure;
  void [size, sizes, there, rows, sources, sent];
  return (await store.getSasToken("logs", "a.csv", { permissions: "rw", expiry: new Date() })) + url;
}

export async function files(list: FileList, folder: FileSystemDirectoryHandle, options: LocalOptions): Promise<Date | undefined> {
  const provider = await new QueryProvider("LocalData").connect({ files: [list, folder, file, { "a.csv": "a\n1" }, new URL("file:///logs/")], keep: "case" });
  await provider.connect(options);
  const mordor: MordorOptions = { base: "https://mirror.example.com", refresh: true, onBadRow: "skip" };
  const kusto = await new QueryProvider("Kusto").connect({ cluster: "help", auth: async ({ scope, refresh }: { scope: string; refresh: boolean }) => `${scope}${refresh}` });
  const databases: string[] = await kusto.databases();
  const ask: ProviderQuery = kusto.Samples.list_storms;
  const count: number = (await ask({ state: "TEXAS" }, { splitBy: "1d" })).numRows + ask.help().length + ask.render().length;
  const splunk = await new QueryProvider("Splunk").connect({ host: "h", auth: { user: "u", password: "p" }, savedSearches: false });
  await splunk.query("index=main", { mode: "export" });
  // @ts-expect-error there is no such mode
  await splunk.query("index=main", { mode: "quick" });
  const elastic = await new QueryProvider("Elastic").connect({ host: "h", auth: { apiKey: "k" }, index: "logs-*" });
  await elastic.query("FROM logs-*", { limit: 10 });
  await elastic.schema({ index: "other-*" });
  await kusto.query("T", { database: databases[0], limit: 5, start: -1, end: 0 });
  await kusto.run("q", {}, { limit: 5, subscriptions: ["s"] });
  // @ts-expect-error: not a number
  await kusto.query("T", { limit: "5" });
  const browser = mordorBrowser({ provider, connect: mordor, remember: "set", label: "Which?" });
  browser.value = browser.value && browser.value.name;
  browser.value = "SDWIN-1";
  const table: Table = await browser.provider.run("atomic.x", {}, { onPartial: "error" });
  void table;
  // @ts-expect-error a misspelt option
  mordorBrowser({ conect: mordor });
  const wrong: LocalOptions = {
    // @ts-expect-error a text is no file
    files: "a.csv",
  };
  void wrong;
  return (await provider.forget("case")) ? (await provider.kept())[0]?.saved : undefined;
}
