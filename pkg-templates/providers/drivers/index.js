// The drivers, one file each. A driver has:
//   environments  those it is for, by their first names in environments.js
//   options       names of what `connect` takes beside auth, proxy, transport, timeout and maxBytes
//   queryOptions  names of options of a query that only this driver takes; none if absent
//   example       options of `connect` as errors show them
//   parallel      how many requests at once
//   tick          how much a part of the time ends before the next, in hundred-nanoseconds; 0 where an end is not taken in
//   open(context) opens a connection, see connection.js
import azureMonitor from "./azure-monitor.js";
import elastic from "./elastic.js";
import splunk from "./splunk.js";

export const DRIVERS = [azureMonitor, elastic, splunk];
