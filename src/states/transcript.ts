import type { AgentName } from "../agents/agents.ts";
import { TRANSCRIPTS } from "../agents/transcripts.ts";
import type { AgentTranscript, TurnSign } from "../agents/wire/agent-transcript.ts";
import { parse } from "../agents/wire/json-scan.ts";
import { isPayload, time } from "../agents/wire/payload.ts";
import { lastLines } from "../files/tail.ts";
import type { Env } from "../settings/environment.ts";
import type { Observed } from "./state.ts";

/** What comes behind a turn's end is short, and a transcript may be huge. */
const TAIL_BYTES = 262_144;
const STATUS_BYTES = 8192;

function transcriptOf(agent: string | null): AgentTranscript | null {
  const isKnown = agent !== null && Object.hasOwn(TRANSCRIPTS, agent);
  return isKnown ? (TRANSCRIPTS[agent as AgentName] ?? null) : null;
}

interface LastSign {
  readonly sign: TurnSign;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The last line of a transcript that tells of the turn, or null for none with a time. */
function lastSign({ told }: AgentTranscript, path: string): LastSign | null {
  for (const line of lastLines(path, TAIL_BYTES)) {
    const value = parse(line);
    if (!isPayload(value)) continue;
    const sign = told(value);
    if (sign === null) continue;
    const at = time(value, "timestamp");
    return at === null ? null : { sign, at };
  }
  return null;
}

/** That the agent itself says that it rests, since the last that its hooks told. */
function statusSign({ status }: AgentTranscript, path: string, session: Observed): LastSign | null {
  const { externalId, lastAt, process: own } = session;
  if (status === null || own === null || externalId === null) return null;
  const file = status.file(path, own.pid);
  const value = file === null ? null : parse(lastLines(file, STATUS_BYTES)[0] ?? "");
  const since = isPayload(value) ? status.restsSince(value, externalId) : null;
  return since !== null && since >= (lastAt ?? 0) ? { sign: "end", at: since } : null;
}

function signOf(session: Observed, env: Env): LastSign | null {
  const { externalId } = session;
  const transcript = transcriptOf(session.agent);
  if (transcript === null) return null;
  const named = session.transcript ?? (externalId && transcript.file?.(externalId, env)) ?? null;
  if (named?.startsWith("/") !== true) return null;
  return statusSign(transcript, named, session) ?? lastSign(transcript, named);
}

/**
 * What the agent writes for itself tells of a session that seems to be in a turn: that the turn has ended, or that the
 * agent has gone on after it had asked. Some agents tell their hooks nothing of either.
 */
export function turnSign(session: Observed, env: Env): "end" | "work" | null {
  const { turnType } = session;
  const lastAt = session.lastAt ?? 0;
  const last = signOf(session, env);
  if (last === null) return null;
  // Whatever came after it, such as the work of a subagent in the background, counts for more.
  if (last.sign === "done") return last.at >= lastAt ? "end" : null;
  if (last.sign === "work") return turnType === "asks" && last.at > lastAt ? "work" : null;
  // A prompt is told before it is written; what a tool that was interrupted tells may come a moment later.
  return turnType !== "prompt" || last.at >= lastAt ? "end" : null;
}
