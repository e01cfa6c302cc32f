import { AGENTS } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import { type ServerStatus, serverStatus } from "../servers/status.ts";
import type { Check } from "./check.ts";
import type { Finding } from "./finding.ts";

function findingsOf({ agent, problems }: ServerStatus): Finding[] {
  return problems.map(({ kind, message, fix }) => ({
    check: "servers",
    severity: kind === "off" ? "problem" : "note",
    what: `${AGENTS[agent].name}'s server of mm ${kind === "off" ? "can't start" : "needs a look"}: ${message}`,
    why: "the agent can't search or read earlier sessions by itself",
    mend: fix,
  }));
}

/** Where our server is registered with an agent that can't start it. It isn't started here: `mm mcp status` does that. */
export const servers: Check = {
  name: "servers",
  async run(ctx) {
    try {
      const rows = await serverStatus({ ...ctx, warnings: [] }, [], false);
      return rows.flatMap(findingsOf).map((finding) => ({ finding }));
    } catch (error) {
      // Without a user's home there are no settings to look at.
      if (error instanceof UserError && error.code === "invalid_home") return [];
      throw error;
    }
  },
};
