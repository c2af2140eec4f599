// Advanced hunting through the API of Defender for Endpoint, which Microsoft retires: Graph has the same tables and more.
// https://learn.microsoft.com/defender-endpoint/api/run-advanced-query-api
import { readHunt } from "./graph-hunting.js";
import { cloudOf, entra } from "./microsoft.js";

// Seconds: the service gives up after 200, and allows 45 calls a minute.
const TIMEOUT = 240;
const RETIRED = 'Microsoft has been retiring this API since January 2026; new QueryProvider("M365DGraph") asks Microsoft Graph, which has the same tables';
// Regions of the global cloud have its tokens and its sign-in.
const OWN_TOKENS = { gcc: "global", gov: "usgov" };

export default {
  environments: ["MDE", "M365D"],
  options: ["cloud"],
  example: "{ auth: { tenant, clientId } }",
  parallel: 2,
  tick: 1,

  async open(context) {
    const { option, service, invalid } = context;
    const cloud = option("cloud");
    const { route, base } = cloudOf("defender", cloud, context);
    const resource = OWN_TOKENS[cloud] ? base : service("defender").upstream;
    const authorize = entra(context, { example: this.example, cloud: OWN_TOKENS[cloud] })(`${resource}/AdvancedQuery.Read`);
    const send = context.sender({ route, base, title: "Defender for Endpoint", authorize, timeout: TIMEOUT });
    console.warn(`huntbook, Defender for Endpoint: ${RETIRED}`);
    return {
      label: `Defender for Endpoint, ${cloud ?? "global"}`,

      async query(text, { beside, timeout, maxBytes, signal }) {
        if (beside) throw invalid("Defender for Endpoint takes no time beside the text; write it into the query, or ask M365DGraph");
        const found = await readHunt(context, await send({ path: "/api/advancedqueries/run", json: { Query: text }, timeout, maxBytes }, { signal }), signal);
        return { ...found, notes: [RETIRED] };
      },
    };
  },
};
