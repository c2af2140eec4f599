//! The TypeScript of widgets.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const SHARED: &str = r#"
/** What all widgets take. */
export interface WidgetOptions {
  /** What stands above, and names the widget for those who do not see it. */
  label?: string;
  /** Default as the page or the system has it. */
  theme?: "light" | "dark";
}

/** What widgets take whose value may come again. */
export interface RememberOptions extends WidgetOptions {
  /**
   * A name under which the browser keeps what the user chose last (`localStorage`), so that the widget
   * begins with it. Setting `value` to null forgets it. Passwords and files are never kept.
   */
  remember?: string;
}

/**
 * An element that asks the user. It fires `input` whenever the user changes `value`. Set `value` to
 * show another one: nothing is fired; null is what it was at first. Where there are no pages, as in Node
 * or a worker, it is an object with the same properties and what the widget has at first.
 *
 * @throws {HuntbookError} `invalidArgument` when `value` is set to what it cannot be
 */
export interface WidgetElement<Value, Given = Value> extends HTMLElement {
  get value(): Value;
  set value(value: Given | null);
}

/** A moment: a date, milliseconds since 1970, or ISO 8601; text without an offset is of the widget's zone. */
export type Moment = Date | number | string;

/** A unit of time; `"days"` and `"d"` are understood, too. */
export type TimeUnit = "second" | "minute" | "hour" | "day" | "week";
"#;

#[wasm_bindgen(typescript_custom_section)]
const QUERY_TIME: &str = r#"
/** A range of time around an origin. */
export interface TimeRange {
  start: Date;
  end: Date;
  /** From start to end, in milliseconds. */
  timespan: number;
  origin: Date;
  /** How many `units` the start is before the origin, and the end after it; not always whole. */
  before: number;
  after: number;
  units: TimeUnit;
}

/** What a range is set by: its ends, or what is to differ from the range at first. */
export type GivenRange =
  | { start: Moment; end: Moment; origin?: Moment; units?: TimeUnit }
  | { start?: undefined; end?: undefined; origin?: Moment; before?: number; after?: number; units?: TimeUnit };

/** What `queryTime` takes; as msticpy's `QueryTime`. */
export interface QueryTimeOptions extends RememberOptions {
  /** Default now. */
  originTime?: Moment;
  /** How many units before the origin. Default 1 day or week, 6 hours, 60 minutes or seconds. */
  before?: number;
  /** How many after it. Default the same if there is `originTime`, else 0, as after now there is nothing yet. */
  after?: number;
  /** The range itself, in place of origin, before and after; `units` are then what suits it. */
  start?: Moment;
  end?: Moment;
  /** The same, such as the value of another widget. */
  timespan?: { start: Moment; end: Moment };
  /** How far the sliders go. Default 28 days, 72 hours, 20 weeks, 240 minutes or seconds, or four times what is there at first. */
  maxBefore?: number;
  maxAfter?: number;
  /** Default `"day"`. When the user changes it, before and after are as by default. */
  units?: TimeUnit;
  /** In which times are written and read, such as `"Europe/Berlin"`. Default `"UTC"`. */
  timeZone?: string;
}

/**
 * Asks for a range of time, by sliders or as text: the origin, the start and the end may be typed, also as
 * `now`, `-2d`, `-6h`, `-1mon`, or `-1d@d` for when yesterday began. What is no time is said beside the field, and `value` stays.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const range = queryTime({ originTime: alert.TimeGenerated, before: 2, after: 1, units: "hour" });
 * document.body.append(range);
 * const { start, end } = range.value;
 * const around = logs.filter({ column: "TimeGenerated", between: [start, end] });
 */
export function queryTime(options?: QueryTimeOptions): WidgetElement<TimeRange, GivenRange>;

/** What `lookback` takes; as msticpy's `Lookback`. */
export interface LookbackOptions extends RememberOptions {
  /** How many units at first. Default 6 hours, 1 day or week, 60 minutes or seconds. */
  default?: number;
  /** Default 1. */
  minValue?: number;
  /** Default as of `queryTime`. */
  maxValue?: number;
  /** Back from when. Default now. */
  originTime?: Moment;
  /** Default `"hour"`. */
  units?: TimeUnit;
  /** In which times are written. Default `"UTC"`. */
  timeZone?: string;
}

/**
 * Asks by one slider how far to look back. Set `value` to a number of units, or a range.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const { start, end } = lookback({ units: "day", default: 7 }).value;
 */
export function lookback(options?: LookbackOptions): WidgetElement<TimeRange, GivenRange | number>;
"#;

#[wasm_bindgen(typescript_custom_section)]
const SELECT: &str = r#"
/**
 * What can be chosen: plain values, each once (absent ones are left out), such as a column of a table; `[name, value]` pairs;
 * or an object of values by name.
 */
export type Items<Value> = Iterable<Value | readonly [name: string, value: Value] | null> | Readonly<Record<string, Value>>;

/** What an action shows below its widget. */
export type Shown = Node | string | null | undefined | readonly (Node | string)[];

/** What `selectItem` takes. */
export interface SelectItemOptions<Value> extends RememberOptions {
  items: Items<Value>;
  /** Chosen at first. Default nothing. */
  default?: Value;
  /** Called with what the user chooses. What it returns, or promises, is shown below. */
  action?: (value: Value) => Shown | void | Promise<Shown | void>;
}

/**
 * Asks for one of a list, which is filtered by what its items contain, in any case, also if there are 100,000.
 * `value` is null while nothing is chosen.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const host = selectItem({ items: logs.column("Computer"), label: "Host" });
 * host.addEventListener("input", () => console.log(host.value));
 */
export function selectItem<Value = string>(options: SelectItemOptions<Value>): WidgetElement<Value | null>;

/** What `selectSubset` takes. */
export interface SelectSubsetOptions<Value> extends RememberOptions {
  items: Items<Value>;
  /** Chosen at first. Default none. */
  default?: readonly Value[];
}

/**
 * Asks for some of a list. A double click or Enter moves an item to the other list, buttons move those that are marked, or
 * all; `Add all` takes those that pass the filter. `value` has the order of the items.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const columns = selectSubset({ items: table.columns.map(({ name }) => name), default: ["TimeGenerated"] });
 * document.body.append(columns);
 * columns.addEventListener("input", () => view.replaceWith(tableView(table, { columns: columns.value })));
 */
export function selectSubset<Value = string>(options: SelectSubsetOptions<Value>): WidgetElement<Value[]>;

/** What `selectAlert` takes. */
export interface SelectAlertOptions extends RememberOptions {
  /**
   * The columns of a line. Default what names an alert (`AlertName`, `AlertDisplayName`, `DisplayName`, `Title`) with severity,
   * `ProductName` and `CompromisedEntity`, as far as they are there.
   */
  columns?: readonly string[];
  /** By which alerts are in order, earliest first. Default `TimeGenerated`, `StartTimeUtc` and their like. */
  timeColumn?: string;
  /** What tells alerts apart. Default `SystemAlertId`, `AlertId` or `VendorOriginalId`; without any, the number of the row. */
  idColumn?: string;
  /** The id of the alert that is chosen at first. Default none. */
  default?: string | number;
  /** Called with the alert that the user chooses. What it returns, or promises, is shown below. */
  action?: (alert: Record<string, any>) => Shown | void | Promise<Shown | void>;
  /** In which times are written. Default `"UTC"`. */
  timeZone?: string;
}

/** An element that asks for an alert. */
export interface SelectAlertElement extends WidgetElement<Record<string, any> | null, Record<string, any> | string | number> {
  /** The row that is chosen, as a table. */
  selected(): Table | null;
  /** Gives its memory back at once; otherwise the garbage collector does. What is shown stays, and is not to be used any more. */
  free(): void;
}

/**
 * Asks for one of a table's alerts, and shows all that the table has of it. `value` is its row, with
 * `ExtendedProperties` and `Entities` read as JSON, or null; set it to an id or a row.
 *
 * @throws {HuntbookError} `columnNotFound` for a column that is named; `invalidArgument` for an option, or if no column names alerts
 * @example
 * const alert = selectAlert(alerts, { action: ({ Entities }) => `${Entities.length} entities` });
 * document.body.append(alert);
 */
export function selectAlert(alerts: Table, options?: SelectAlertOptions): SelectAlertElement;
export function selectAlert(options: SelectAlertOptions & { alerts: Table }): SelectAlertElement;
"#;

#[wasm_bindgen(typescript_custom_section)]
const ASK: &str = r#"
/** What `optionButtons` takes. */
export interface OptionButtonsOptions extends RememberOptions {
  /** Default `["Yes", "No", "Cancel"]`. */
  options?: readonly string[];
  /** What is taken when time is up. Default what is remembered, or else the first. */
  default?: string;
  /** In seconds from when the element is in a page. Default no end. */
  timeout?: number;
}

/** An element that asks by buttons. */
export interface OptionButtonsElement extends WidgetElement<string | null, string> {
  /** The first that is chosen, also by setting `value`, or the default when time is up; where there are no pages the default at once. */
  readonly chosen: Promise<string>;
}

/**
 * Asks by buttons. `value` is null until one is chosen.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const ask = optionButtons({ label: "Look up 1,200 addresses?", options: ["Yes", "No"], default: "No", timeout: 30 });
 * document.body.append(ask);
 * if ((await ask.chosen) === "Yes") console.log("looking up");
 */
export function optionButtons(options?: OptionButtonsOptions): OptionButtonsElement;

/** What `getText` takes. */
export interface GetTextOptions extends RememberOptions {
  /** The same as `label`. */
  prompt?: string;
  /** Default `""`. */
  default?: string;
  /** Whether what is typed is hidden, and is not remembered. */
  password?: boolean;
}

/**
 * Asks for a text. `value` is without spaces around, unless it is a password.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const host = getText({ prompt: "Host", default: "WS-107", remember: "host" });
 */
export function getText(options?: GetTextOptions): WidgetElement<string>;

/** What `progress` takes. */
export interface ProgressOptions extends WidgetOptions {
  /** What `value` is when all is done. Default 1, as jobs report it. */
  max?: number;
}

/** An element that shows how far work is. */
export interface ProgressElement extends WidgetElement<number> {
  /** For the work that the user may cancel: the button is there once this was asked for. Cancelled it stays. */
  readonly signal: AbortSignal;
}

/**
 * Shows how far work is, how long it took, and about how long it will still take. Set `value`; what is more than `max` is `max`.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const bar = progress({ label: "Reading" });
 * document.body.append(bar);
 * const table = await read(file, { onProgress: (part) => (bar.value = part), signal: bar.signal });
 */
export function progress(options?: ProgressOptions): ProgressElement;

/** What `fileInput` takes. */
export interface FileInputOptions extends WidgetOptions {
  /** Which files, as in HTML: `".csv,.json"`, `"text/*"`. Default all. */
  accept?: string;
  /** Whether several may be chosen, so that `value` is an array. */
  multiple?: boolean;
}

/**
 * Asks for a file, or several: by a button, or dropped. They are read where they are; nothing is sent.
 *
 * @throws {HuntbookError} `invalidArgument` for an option
 * @example
 * const input = fileInput({ accept: ".csv,.json" });
 * document.body.append(input);
 * input.addEventListener("input", async () => input.value && console.log(await read(input.value)));
 */
export function fileInput(options: FileInputOptions & { multiple: true }): WidgetElement<File[], Iterable<Blob>>;
export function fileInput(options?: FileInputOptions): WidgetElement<File | null, Blob>;
"#;
