// Advanced hunting of Microsoft Defender through Graph, and what the older API of Defender for Endpoint shares with it.
// https://learn.microsoft.com/graph/api/security-security-runhuntingquery
import { cloudOf, entra } from "./microsoft.js";

// Seconds: the service gives up after three minutes.
const TIMEOUT = 240;
/** Rows that the service gives at most; it does not say that there are more. */
const MOST_ROWS = 100_000;

export default {
  environments: ["M365DGraph"],
  options: ["cloud"],
  example: "{ auth: { tenant, clientId } }",
  parallel: 2,
  tick: 1,

  async open(context) {
    const cloud = context.option("cloud");
    const service = cloudOf("graph", cloud, context);
    const authorize = entra(context, { example: this.example, cloud })(`${service.base}/ThreatHunting.Read.All`);
    const send = context.sender({ ...service, title: "Microsoft Graph, hunting", authorize, timeout: TIMEOUT });
    return {
      label: `Microsoft Graph, ${cloud ?? "global"}`,

      async query(text, { start, end, beside, timeout, maxBytes, signal }) {
        const json = { Query: text, ...(beside && { Timespan: `${start}/${end}` }) };
        return readHunt(context, await send({ path: "/v1.0/security/runHuntingQuery", json, timeout, maxBytes }, { signal }), signal);
      },
    };
  },
};

/** The table of an answer, whose keys have small letters in Graph and capitals in Defender for Endpoint. */
export async function readHunt(context, answer, signal) {
  const { rest, tables } = await context.answer(answer, { rows: ["results", "Results"], name: "the answer" }, signal);
  const [number] = rest.results ?? rest.Results ?? [];
  const table = tables[number];
  if (!table) throw new context.HuntbookError("badInput", "the answer has no results; try again");
  return { table, partial: table.numRows >= MOST_ROWS ? `the service gives at most ${MOST_ROWS} rows, and there may be more; ask for less, or split the time` : undefined };
}
