// Opens what data is put into: each of TARGETS is as a driver of log data (see providers/drivers/index.js), but what its `open`
// resolves to are the methods that users call.
import { isObject, onlyOwn } from "../options.js";
import { openConnection } from "../providers/connection.js";
import blob from "./blob.js";
import logAnalytics from "./log-analytics.js";
import splunk from "./splunk.js";

const TARGETS = { AzureBlobStorage: blob, LogAnalyticsUploader: logAnalytics, SplunkUploader: splunk };

/** `options` are those that the user gave to the class `name`. */
export async function open(tools, name, options) {
  const target = TARGETS[name];
  // What the parts that are shared with providers of log data call by the name of their method is that of a class here.
  const invalid = (message) => tools.invalid(message.replace(/^connect(?=:)/, name));
  if (!isObject(options)) throw invalid(`${name}: options should be an object, such as ${target.example}`);
  return openConnection({ ...tools, invalid }, { driver: target, environment: target.settings, options: {} }, options);
}

/**
 * Does the work of a method: `known` names its options, without those of all, which are `signal` and `onProgress`. `work` gets what
 * was given as `{ signal, told, …options }`, where `told(fraction)` reports.
 */
export async function method({ invalid, cancelled, toCallback }, name, given, known, work) {
  const { signal, onProgress, ...options } = isObject(given ?? {}) ? given ?? {} : { given };
  const own = known ? known.split(", ") : [];
  onlyOwn(invalid, name, options, own, [...own, "signal", "onProgress"]);
  if (signal !== undefined && typeof signal?.addEventListener !== "function") throw invalid(`${name}: option \`signal\` should be an AbortSignal`);
  const told = toCallback(onProgress);
  try {
    signal?.throwIfAborted();
    return await work({ ...options, signal, told: (fraction) => told?.(fraction) });
  } catch (error) {
    throw signal?.aborted ? Object.assign(cancelled(signal), error?.sent && { sent: error.sent }) : error;
  }
}
