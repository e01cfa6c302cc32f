import type { Context } from "../context.ts";
import { agentProcessOf, storedMs, textOrNull } from "../store/rows.ts";
import { type LiveState, liveState, type Observed, silence } from "./state.ts";

/** Reads the columns of `OBSERVED`. */
export function toObserved(row: Readonly<Record<string, unknown>>): Observed {
  return {
    agent: textOrNull(row["client"]),
    externalId: textOrNull(row["external_id"]),
    transcript: textOrNull(row["transcript"]),
    turnType: textOrNull(row["turn_type"]),
    lastAt: storedMs(row["last_at"]),
    process: agentProcessOf(row),
  };
}

/** A session's state, and the milliseconds since its last sign of life; null where that isn't known. */
export interface Seen {
  readonly state: LiveState;
  readonly ageMs: number | null;
}

/** In these states its agent seems to be in a turn. */
const IN_TURN: readonly LiveState[] = ["asks", "busy", "idle"];

async function withTranscript(
  state: LiveState,
  session: Observed,
  env: Context["env"],
): Promise<LiveState> {
  if (!IN_TURN.includes(state)) return state;
  // Nobody else needs what it loads.
  const { turnSign } = await import("./transcript.ts");
  const sign = turnSign(session, env);
  if (sign === "end") return "waiting";
  return sign === "work" ? "busy" : state;
}

/** What a session that hasn't ended is doing: the one definition of all commands. */
export async function observe(
  ctx: Pick<Context, "env" | "now" | "agentProcesses">,
  session: Observed,
  staleMs: number,
): Promise<Seen> {
  const ageMs = silence(session.lastAt, ctx.now().getTime());
  if (await ctx.agentProcesses.isGone(session.process)) return { state: "gone", ageMs };
  const state = liveState(session.turnType, ageMs, staleMs);
  return { state: await withTranscript(state, session, ctx.env), ageMs };
}
