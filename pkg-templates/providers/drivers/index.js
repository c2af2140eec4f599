// The drivers, one file each. A driver has:
//   environments  those it is for, by their first names in environments.js
//   options       names of what `connect` takes beside auth, proxy, transport, timeout and maxBytes
//   queryOptions  names of what a query takes beside those that all take
//   example       options of `connect` as errors show them
//   parallel      how many requests at once
//   tick          how much a part of the time ends before the next, in hundred-nanoseconds; 0 where an end is not taken in
//   timesBeside   whether the service needs the times beside the text, so that they are those of the provider where nothing is said
//   open(context) opens a connection, see connection.js
import azureMonitor from "./azure-monitor.js";
import crowdStrike from "./crowdstrike.js";
import cybereason from "./cybereason.js";
import defenderEndpoint from "./defender-endpoint.js";
import elastic from "./elastic.js";
import graphHunting from "./graph-hunting.js";
import kusto from "./kusto.js";
import localData from "./local-data.js";
import mordor from "./mordor.js";
import odata from "./odata.js";
import openObserve from "./openobserve.js";
import osquery from "./osquery.js";
import prismaCloud from "./prisma-cloud.js";
import resourceGraph from "./resource-graph.js";
import sentinelSearch from "./sentinel-search.js";
import splunk from "./splunk.js";
import sumoLogic from "./sumologic.js";
import velociraptor from "./velociraptor.js";

export const DRIVERS = [
  azureMonitor, crowdStrike, cybereason, defenderEndpoint, elastic, graphHunting, kusto, localData, mordor, odata, openObserve, osquery, prismaCloud, resourceGraph,
  sentinelSearch, splunk, sumoLogic, velociraptor,
];
