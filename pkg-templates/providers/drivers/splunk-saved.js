// Queries that a Splunk server brings: its saved searches, each under `SavedSearches`, and the alerts that they raised.

/** Files of queries, as `[{ name, text }]`; JSON is YAML. `wanted` says whether to ask for saved searches. */
export async function savedSearches({ context, send, space }, wanted) {
  if (typeof wanted !== "boolean") throw context.invalid("connect: option `savedSearches` should be true or false");
  const alerts = {
    list_fired_alerts: {
      description: "Which alerts of saved searches fired and have not expired? With how often each did.",
      metadata: { data_families: ["Alerts"] },
      args: { query: `| rest ${space}/alerts/fired_alerts count=0 splunk_server=local\n| search triggered_alert_count>0\n| table title, triggered_alert_count, eai:acl.owner, eai:acl.app, updated` },
    },
  };
  const own = wanted ? toQueries(await getSaved({ send, space })) : {};
  const metadata = { version: 1, description: "Saved searches", data_environments: ["Splunk"], data_families: ["SavedSearches"] };
  return [{ name: "saved searches of Splunk", text: JSON.stringify({ metadata, sources: { ...own, ...alerts } }) }];
}

/** None where the user may not see them; who cannot sign in is told so. */
async function getSaved({ send, space }) {
  try {
    const { entry } = await send.json({ path: `${space}/saved/searches`, query: { output_mode: "json", count: 0 } });
    return Array.isArray(entry) ? entry : [];
  } catch (error) {
    if (!error.status || error.status === 401) throw error;
    console.warn(`huntbook: there are no saved searches: ${error.message}`);
    return [];
  }
}

function toQueries(entries) {
  const queries = {};
  for (const { name, content } of entries) {
    if (typeof name !== "string" || typeof content?.search !== "string" || !content.search.trim()) continue;
    const plain = name.replace(/[^\p{L}\p{N}_]/gu, "_");
    let key = plain;
    for (let i = 2; Object.hasOwn(queries, key); i++) key = `${plain}_${i}`;
    const time = (usual, description) => ({ description, type: "datetime", default: usual });
    queries[key] = {
      description: content.description || name,
      // As a macro, so that nothing of it is read as one.
      args: { query: "$<search>$" },
      query_macros: { search: { description: name, value: toSearch(content.search).replace(/[{}]/g, "$&$&") } },
      parameters: {
        start: time(String(content["dispatch.earliest_time"] || 0), "Earliest time of the events; if not given, that of the saved search"),
        end: time(String(content["dispatch.latest_time"] || "now"), "Time before which the events are; if not given, that of the saved search"),
      },
    };
  }
  return queries;
}

/** The text, which begins with `search` unless it says otherwise. */
export function toSearch(text) {
  // Comments stand between three backticks.
  const [, before, rest] = /^((?:\s|```[^]*?```)*)([^]*)$/.exec(text);
  return /^\||^search(?=[\s"([])(?!\s*=)/i.test(rest) ? text : `${before}search ${rest}`;
}
