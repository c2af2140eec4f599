// Clusters of Kusto, and which of them a query is for; settings as msticpy has them: KustoClusters, and Kusto-NAME in DataProviders.

const lower = (text) => String(text).trim().replace(/\/+$/, "").toLowerCase();
const hostOf = (url) => new URL(url).host;

/**
 * A cluster by its address, its host, the first part of that, or its key in the settings: `{ url, short, key?, database?,
 * tenant?, groups }`. Without a name it is the only one of the settings.
 */
export function findCluster({ settings, invalid, raw, toBase }, given) {
  const known = configured(settings, toBase);
  if (given === undefined) {
    if (known.length === 1) return known[0];
    throw invalid(`connect: there is no cluster; pass its address${known.length ? `, or one of ${known.map(({ key }) => key).join(", ")},` : ""} as { cluster }`);
  }
  const name = lower(given);
  const found = known.find((one) => namesOf(one).includes(name));
  if (found) return found;
  if (/[.:/]/.test(name)) return of(toBase(String(given).trim(), "cluster"));
  if (!known.length && /^[\w-]+$/.test(name)) return of(`https://${name}.kusto.windows.net`);
  const all = known.flatMap(({ key, short }) => [key, short]);
  throw invalid(`connect: there is no cluster ${JSON.stringify(given)} in the settings${raw.didYouMean(name, all.join("\n"))} (there are: ${[...new Set(all)].join(", ")}); else pass its address`);
}

const of = (url, others) => ({ url, short: new URL(url).hostname.split(".")[0], groups: [], ...others });
const namesOf = ({ url, short, key }) => [url, hostOf(url), short, key].filter(Boolean).map(lower);

function configured(settings, toBase) {
  if (!settings) return [];
  const { ClusterDefaults, ...own } = settings.sections.includes("KustoClusters") ? settings.section("KustoClusters") : {};
  const older = settings.providers("DataProviders").filter(({ name }) => /^kusto(-|$)/i.test(name)).map(({ name }) => [name.replace(/^kusto-/i, ""), settings.section("DataProviders")[name]]);
  const clusters = [...Object.entries(own), ...older];
  return clusters.map(([key, { Args, ClusterGroups } = {}]) => {
    const { Cluster, Database, DefaultDatabase, TenantId, ClusterGroups: inside } = { ...ClusterDefaults?.Args, ...Args };
    if (!Cluster) return undefined;
    return of(toBase(String(Cluster), `Cluster of ${key} in the settings`), { key, database: Database ?? DefaultDatabase, tenant: TenantId, groups: [ClusterGroups ?? inside ?? []].flat() });
  }).filter(Boolean);
}

/** Whether a query may be run on a cluster: one that names none may, unless `strict`. */
export function fits({ cluster, clusters, cluster_groups: groups }, connected, strict) {
  if (cluster == null && clusters == null && groups == null) return !strict;
  const listed = (value) => [value ?? []].flat().map(lower);
  const own = namesOf(connected);
  return [...listed(cluster), ...listed(clusters)].some((one) => own.includes(one)) || listed(groups).some((one) => connected.groups.map(lower).includes(one));
}

