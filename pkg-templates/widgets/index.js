// The functions that make widgets.
import fileInput from "./file-input.js";
import { makeWidget } from "./frame.js";
import getText from "./get-text.js";
import lookback from "./lookback.js";
import mordorBrowser from "./mordor-browser.js";
import optionButtons from "./option-buttons.js";
import progress from "./progress.js";
import queryTime from "./query-time.js";
import selectAlert from "./select-alert.js";
import selectItem from "./select-item.js";
import selectSubset from "./select-subset.js";

const KINDS = { queryTime, lookback, selectItem, selectSubset, selectAlert, optionButtons, getText, progress, fileInput, mordorBrowser };

/** The functions by name; `getRaw()` starts the module, for what a widget asks of it, and `getStarted()` is it once there is a table. */
export const makeWidgets = (platform) => Object.fromEntries(Object.entries(KINDS).map(([name, kind]) => [name, makeWidget(name, kind, platform)]));
