// Queries that a Splunk server brings: its saved searches, each under `SavedSearches`, and the alerts that they raised.

/** Queries as `Queries.offer` takes them; `wanted` says whether to ask for saved searches. */
export async function savedSearches({ context, send, space }, wanted) {
  if (typeof wanted !== "boolean") throw context.invalid("connect: option `savedSearches` should be true or false");
  return [...(wanted ? toQueries(await getSaved({ send, space })) : []), {
    name: "list_fired_alerts",
    families: ["Alerts"],
    description: "Which alerts of saved searches fired and have not expired? With how often each did.",
    query: `| rest ${space}/alerts/fired_alerts count=0 splunk_server=local\n| search triggered_alert_count>0\n| table title, triggered_alert_count, eai:acl.owner, eai:acl.app, updated`,
  }];
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
  const names = new Set();
  return entries.filter(({ name, content }) => typeof name === "string" && typeof content?.search === "string" && content.search.trim()).map(({ name, content }) => {
    const plain = name.replace(/[^\p{L}\p{N}_]/gu, "_");
    let own = plain;
    for (let i = 2; names.has(own); i++) own = `${plain}_${i}`;
    names.add(own);
    const time = (description) => ({ description: `${description}; if not given, that of the saved search`, type: "datetime", default: "" });
    return {
      name: own,
      families: ["SavedSearches"],
      description: content.description || name,
      query: toSearch(content.search),
      parameters: { start: time("Earliest time of the events"), end: time("Time before which the events are") },
      metadata: { dispatch: { earliest_time: content["dispatch.earliest_time"] || "0", latest_time: content["dispatch.latest_time"] || "now" } },
    };
  });
}

/** The text, which begins with `search` unless it says otherwise. */
export function toSearch(text) {
  // Comments stand between three backticks.
  const [, before, rest] = /^((?:\s|```[^]*?```)*)([^]*)$/.exec(text);
  return /^\||^search(?=[\s"([])(?!\s*=)/i.test(rest) ? text : `${before}search ${rest}`;
}
