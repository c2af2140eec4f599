// The search endpoint of Log Analytics, which takes the time beside the query (msticpy's MSSentinelSearch).
import { openWorkspace, readTables } from "./azure-monitor.js";

export default {
  environments: ["MSSentinelSearch"],
  options: ["workspace", "cloud"],
  example: '{ workspace: "<id>", auth: { tenant, clientId } }',
  parallel: 4,
  tick: 1,
  timesBeside: true,

  async open(context) {
    const { label, send, workspace } = openWorkspace(context, this.example);
    return {
      label,

      async query(text, { start, end, timeout, maxBytes, signal }) {
        const answer = await send({ path: `${workspace.path}/search`, json: { query: text, start, end }, timeout, maxBytes }, { signal });
        return readTables(context, answer, signal);
      },
    };
  },
};
