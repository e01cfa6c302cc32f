import { usageJson } from "../usage/json.ts";
import type { AgentReport } from "./report.ts";

export function backfillJson(reports: readonly AgentReport[], dryRun: boolean) {
  return {
    dry_run: dryRun,
    agents: reports.map(({ agent, found, changed, bytes, sessions, events, usage, ...rest }) => ({
      agent,
      transcripts: found,
      read: changed,
      bytes,
      sessions,
      events,
      usage: usage === null ? null : usageJson(usage),
      passed_over: rest.passedOver,
      problems: rest.problems,
    })),
  };
}
