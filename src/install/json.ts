import { AGENTS, type AgentName } from "../agents/agents.ts";
import { toTimestamp } from "../text/time.ts";
import type { InstallResult } from "./install.ts";
import type { Refused } from "./planning/each.ts";
import { type HookStatus, type HooksReport, problemsOf } from "./status.ts";
import type { UninstallResult } from "./uninstall.ts";

/** Keys that are there only where they have something to say. */
export function occasional(refused: readonly Refused[], diff: string, dryRun: boolean) {
  const told = refused.map(({ agent, ...rest }) => ({ client: agent, ...rest }));
  return { ...(refused.length > 0 ? { refused: told } : {}), ...(dryRun ? { diff } : {}) };
}

export function installJson(result: InstallResult, dryRun: boolean) {
  const { installed, capture, context, refused, diff } = result;
  return {
    dry_run: dryRun,
    clients: installed.map(({ agent, scope, file, status, events, leftOut, nextSteps }) => ({
      client: agent,
      support: AGENTS[agent].support,
      scope,
      file,
      status,
      events,
      left_out: leftOut,
      next_steps: nextSteps,
    })),
    capture,
    context,
    ...occasional(refused, diff, dryRun),
  };
}

export function uninstallJson({ uninstalled, refused, diff }: UninstallResult, dryRun: boolean) {
  return {
    dry_run: dryRun,
    clients: uninstalled.map(({ agent, ...rest }) => ({ client: agent, ...rest })),
    ...occasional(refused, diff, dryRun),
  };
}

function toJsonRow(row: HookStatus) {
  const { activity } = row;
  return {
    client: row.agent,
    support: row.support,
    scope: row.scope,
    file: row.file,
    state: row.state,
    events: row.events,
    missing: row.missing,
    left_out: row.leftOut,
    programs: row.programs.map(({ path, exists, isThis }) => ({ path, exists, is_this: isThis })),
    homes: row.homes,
    problems: problemsOf(row),
    duplicates: row.duplicates,
    last_event_at: activity === null ? null : toTimestamp(new Date(activity.lastEventAt)),
    waiting: row.waiting,
    p50_ms: activity?.p50Ms ?? null,
    p95_ms: activity?.p95Ms ?? null,
  };
}

export function statusJson({ rows, spooled, lost, homeProblem }: HooksReport) {
  const losses = lost && { count: lost.count, since: lost.since, reasons: lost.reasons };
  const clients = rows.map(toJsonRow);
  return { clients, spooled, lost_events: losses, home_problem: homeProblem };
}

export function printJson(agent: AgentName, { file, text }: { file: string; text: string }) {
  return { client: agent, file, text };
}
