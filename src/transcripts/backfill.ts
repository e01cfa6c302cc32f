import type { AgentName } from "../agents/agents.ts";
import type { LateProgress } from "../cli/progress.ts";
import {
  type BackfillRequest,
  bytesToRead,
  type PlannedSources,
  planSources,
  READABLE,
} from "./changes/plan.ts";
import { keepUp } from "./keep-up/keep-up.ts";
import { type AgentReport, foreseen } from "./report.ts";
import { type BackfillNeeds, takePlanned } from "./run.ts";
import { endSilent } from "./session/silent.ts";

/** The engine's last compiler takes half a second and 10 MB, and even over a gigabyte saves no more time than that. */
const LAST_COMPILER = "BUN_JSC_useFTLJIT";
const BYTES_TO_START_ANEW = 32 * 1024 * 1024;

/** Reads all transcripts that have something new, and stores it. */
export async function backfill(
  ctx: BackfillNeeds,
  request: BackfillRequest,
  progress: LateProgress,
): Promise<AgentReport[]> {
  const { agents, dryRun, known } = request;
  const store = await ctx.store();
  const planAll = async (wanted: readonly AgentName[]) => {
    const planned: PlannedSources[] = [];
    for (const agent of wanted) planned.push(await planSources(ctx, store, agent, request));
    return planned;
  };
  const planned = await planAll(agents.length > 0 ? agents : READABLE);
  const isNew = planned.some(({ sources }) => sources.length > 0);
  if (dryRun || (known && !isNew)) return planned.map(foreseen);
  if (!known) {
    if (bytesToRead(planned) > BYTES_TO_START_ANEW) await ctx.startAnew(LAST_COMPILER, "0");
    const reports = await takePlanned(ctx, planned, progress);
    await endSilent(ctx, store, planned);
    return reports;
  }
  // Beside an agent nothing is done but what that has asked for.
  const wanted = planned.map(({ agent }) => agent);
  const pass = async (some: readonly AgentName[]) =>
    await takePlanned(ctx, await planAll(some), progress);
  const reports = await keepUp(ctx, store, wanted, pass);
  if (reports === null) ctx.warnings.push("another mm is reading these transcripts already");
  return [...(reports ?? planned.map(foreseen))];
}
