// Widgets where there is no page: what they have at first, and the same rules for values.
import assert from "node:assert/strict";
import test from "node:test";
import * as hb from "../../pkg/node.js";

const ORIGIN = "2026-03-14T09:30:00Z";
const at = (text) => new Date(`2026-03-${text}Z`);

// What is to be there at once, before the module is loaded.
const RANGES = [
  ["origin, before, after, units", { originTime: ORIGIN, before: 2, after: 1, units: "hour" }, at("14T07:30"), at("14T10:30"), "hour"],
  ["a day by default, on both sides of an origin", { originTime: new Date(ORIGIN) }, at("13T09:30"), at("15T09:30"), "day"],
  ["hours", { originTime: Date.parse(ORIGIN), units: "hours" }, at("14T03:30"), at("14T15:30"), "hour"],
  ["minutes", { originTime: ORIGIN, units: "m" }, at("14T08:30"), at("14T10:30"), "minute"],
  ["seconds", { originTime: ORIGIN, units: "s", after: 0 }, at("14T09:29"), at("14T09:30"), "second"],
  ["weeks", { originTime: ORIGIN, units: "Week" }, at("07T09:30"), at("21T09:30"), "week"],
  ["not whole", { originTime: ORIGIN, before: 1.5, after: 0 }, at("12T21:30"), at("14T09:30"), "day"],
  ["start and end, in days from two days on", { start: at("10T00:00"), end: at("12T00:00") }, at("10T00:00"), at("12T00:00"), "day"],
  ["in hours below", { start: at("10T00:00"), end: at("11T23:59") }, at("10T00:00"), at("11T23:59"), "hour"],
  ["in minutes up to an hour", { start: at("10T00:00"), end: at("10T01:00") }, at("10T00:00"), at("10T01:00"), "minute"],
  ["with units", { start: at("10T00:00"), end: at("12T00:00"), units: "hour" }, at("10T00:00"), at("12T00:00"), "hour"],
  ["a timespan", { timespan: { start: at("10T00:00"), end: at("12T00:00") } }, at("10T00:00"), at("12T00:00"), "day"],
  ["up to an end", { end: ORIGIN, before: 2 }, at("12T09:30"), at("14T09:30"), "day"],
  ["text is of the zone", { originTime: "2026-03-14 09:30", before: 0, after: 0, timeZone: "Asia/Kathmandu" }, at("14T03:45"), at("14T03:45"), "day"],
  ["unless it has an offset", { originTime: "2026-03-14T09:30:00+01:00", before: 0, after: 0, timeZone: "Asia/Kathmandu" }, at("14T08:30"), at("14T08:30"), "day"],
];
for (const [name, options, start, end, units] of RANGES) {
  test(`queryTime: ${name}`, () => {
    const { value } = hb.queryTime(options);
    assert.deepEqual([value.start, value.end, value.units, value.timespan], [start, end, units, end - start]);
    assert.equal(+value.origin - value.before * { second: 1e3, minute: 6e4, hour: 36e5, day: 864e5, week: 6048e5 }[units], +start);
  });
}

test("queryTime ends now, as after it there is nothing yet", () => {
  const { start, end, origin, after, before, units } = hb.queryTime().value;
  assert.ok(Math.abs(Date.now() - end) < 60_000);
  assert.deepEqual([end - start, end, after, before, units], [86_400_000, origin, 0, 1, "day"]);
  const since = hb.queryTime({ start: Date.now() - 7_200_000 }).value;
  assert.ok(Math.abs(Date.now() - since.end) < 60_000 && since.units === "hour");
});

test("queryTime: a value is set by its ends or its parts", () => {
  const widget = hb.queryTime({ originTime: ORIGIN, before: 2, after: 1, units: "hour" });
  widget.value = { before: 5 };
  assert.deepEqual([widget.value.start, widget.value.end], [at("14T04:30"), at("14T10:30")]);
  widget.value = { start: "2026-03-01", end: "2026-03-02", origin: "2026-03-01 12:00" };
  assert.deepEqual([widget.value.before, widget.value.after, widget.value.units], [12, 12, "hour"]);
  widget.value = { ...widget.value, end: at("03T00:00") };
  assert.deepEqual([widget.value.before, widget.value.after, widget.value.units], [12, 36, "hour"]);
  const before = widget.value;
  for (const wrong of [{ start: "2026-03-03", end: "2026-03-01" }, { start: 1 }, { before: -1 }, { before: NaN }, { units: "year" }, { before: 1e300 }, { start: {}, end: {} }, "2026", 5]) {
    assert.throws(() => (widget.value = wrong), { name: "HuntbookError", code: "invalidArgument" }, JSON.stringify(wrong));
  }
  assert.equal(widget.value, before);
  widget.value = null;
  assert.equal(widget.value.before, 2);
});

test("options are looked at", () => {
  for (const [options, message] of [
    [{ orginTime: 1 }, /no option `orginTime`; did you mean `originTime`\?/],
    [{ start: "-2d" }, /`start` should be a Date/],
    [{ originTime: "tomorrow" }, /option `originTime` should be a Date/],
    [{ start: 5, end: 3 }, /The start is after the end/],
    [{ maxBefore: Infinity }, /option `maxBefore` should be a number/],
    [{ timespan: 5 }, /option `timespan` should be an object/],
    [{ units: "" }, /option `units`/],
    [7, /options should be an object/],
  ]) assert.throws(() => hb.queryTime(options), { code: "invalidArgument", message }, JSON.stringify(options));
});

test("the others have what they have at first", async () => {
  const alerts = await hb.Table.fromRows([{ AlertName: "a", SystemAlertId: "1", Entities: "[1]" }, { AlertName: "b", SystemAlertId: "2", Entities: "{" }]);
  const widgets = {
    lookback: hb.lookback({ originTime: ORIGIN, units: "day", default: 7 }).value.start,
    selectItem: hb.selectItem({ items: ["x", "y"] }).value,
    chosen: hb.selectItem({ items: { one: 1, two: 2 }, default: 2 }).value,
    selectSubset: hb.selectSubset({ items: ["x", "y", "z"], default: ["z", "x"] }).value,
    selectAlert: hb.selectAlert(alerts).value,
    alert: hb.selectAlert({ alerts, default: "2" }).value,
    optionButtons: hb.optionButtons({ default: "No", timeout: 100 }).value,
    getText: hb.getText({ default: " x " }).value,
    progress: hb.progress().value,
    fileInput: hb.fileInput().value,
    files: hb.fileInput({ multiple: true }).value,
  };
  assert.deepEqual(widgets, {
    lookback: at("07T09:30"), selectItem: null, chosen: 2, selectSubset: ["x", "z"], selectAlert: null, alert: { AlertName: "b", SystemAlertId: "2", Entities: "{" },
    optionButtons: "No", getText: "x", progress: 0, fileInput: null, files: [],
  });
  assert.equal(await hb.optionButtons({ default: "No" }).chosen, "No");
});

test("progress takes what a job reports, and has a signal", async () => {
  const bar = hb.progress();
  await hb.extractIocs("evil[.]com ".repeat(100_000), { onProgress: (part) => (bar.value = part), signal: bar.signal });
  assert.ok(bar.value > 0 && bar.value <= 1);
  bar.value = 7;
  assert.equal(bar.value, 1);
  assert.throws(() => (bar.value = NaN), { code: "invalidArgument" });
  assert.ok(bar.signal instanceof AbortSignal);
});

test("an alert has a row of its own, and JSON read", async () => {
  const alerts = await hb.Table.fromRows([{ AlertName: "a", SystemAlertId: "1", ExtendedProperties: '{"x":[1]}' }]);
  const widget = hb.selectAlert(alerts);
  assert.equal(widget.selected(), null);
  widget.value = "1";
  alerts.free();
  assert.deepEqual(widget.value.ExtendedProperties, { x: [1] });
  assert.deepEqual(widget.selected().rows(), [{ AlertName: "a", SystemAlertId: "1", ExtendedProperties: '{"x":[1]}' }]);
  assert.throws(() => (widget.value = 3), { message: /its SystemAlertId, or null/ });
  widget.free();
  assert.throws(() => widget.selected(), { code: "invalidArgument", message: /freed/ });
  assert.equal(widget.value.SystemAlertId, "1");
});
