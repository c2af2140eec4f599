// Data environments as msticpy calls them, with those that mean the same in one text, and their languages. msticpy has no CrowdStrike,
// whose language quotes and comments as Sumo Logic's does.
const ENVIRONMENTS = [
  ["MSSentinel LogAnalytics AzureSentinel MSSentinel_New MSSentinel_Legacy AzureMonitor", "KQL"], ["MSSentinelSearch", "KQL"],
  ["Kusto Kusto_New Kusto_Legacy", "KQL"], ["MDE MDATP", "KQL"], ["M365D", "KQL"], ["M365DGraph GraphHunting", "KQL"],
  ["ResourceGraph", "KQL"], ["MSGraph SecurityGraph", "OData"], ["Splunk", "SPL"], ["Sumologic", "Sumo Logic"],
  ["Cybereason", "JSON of Cybereason"], ["Prismacloud", "RQL"], ["OpenObserve", "SQL"], ["OSQuery OSQueryLogs", "SQL"], ["Elastic", "Lucene"],
  ["CrowdStrike LogScale Humio", "Sumo Logic"],
  ["Velociraptor VelociraptorLogs", "text"], ["LocalData", "text"], ["Mordor OTRF OTRF_SecurityDatasets", "text"],
].map(([names, language]) => ({ names: names.split(" "), language }));

/** An environment by any of its names, in any case; `raw` has the hint in the error, which `wrong` makes. */
export function environmentOf(name, raw, wrong) {
  const own = String(name).replace(/^DataEnvironment\./, "").toLowerCase();
  const found = ENVIRONMENTS.find(({ names }) => names.some((known) => known.toLowerCase() === own));
  if (found) return found;
  const hint = raw.didYouMean(String(name), ENVIRONMENTS.flatMap(({ names }) => names).join("\n"));
  throw wrong(`there is no data environment \`${name}\`${hint} (there are: ${ENVIRONMENTS.map(({ names }) => names[0]).join(", ")})`);
}
