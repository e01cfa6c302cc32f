import type { AgentName } from "../agents/agents.ts";
import { TRANSCRIPTS } from "../agents/transcripts.ts";
import type { AgentTranscript } from "../agents/wire/agent-transcript.ts";
import { parse } from "../agents/wire/json-scan.ts";
import { isPayload, time } from "../agents/wire/payload.ts";
import { lastLines } from "../files/tail.ts";
import type { Env } from "../settings/environment.ts";

/** What comes behind a turn's end is short, and a transcript may be huge. */
const TAIL_BYTES = 262_144;

/** What is stored of a session that seems busy. */
interface Busy {
  readonly agent: string | null;
  readonly externalId: string | null;
  readonly transcript: string | null;
  readonly turnType: string | null;
  /** Milliseconds since 1970. */
  readonly lastAt: number | null;
}

function transcriptOf(agent: string | null): AgentTranscript | null {
  const isKnown = agent !== null && Object.hasOwn(TRANSCRIPTS, agent);
  return isKnown ? (TRANSCRIPTS[agent as AgentName] ?? null) : null;
}

/** When the turn ended that the transcript ends with, or null where it goes on. */
function endedAt({ told }: AgentTranscript, path: string): number | null {
  for (const line of lastLines(path, TAIL_BYTES)) {
    const value = parse(line);
    if (!isPayload(value)) continue;
    const tells = told(value);
    if (tells === "end") return time(value, "timestamp");
    if (tells === "work") return null;
  }
  return null;
}

/**
 * Whether the turn at which a session seems to be is over, by the end of its transcript: some agents tell their hooks
 * nothing of one that a person interrupted or that failed.
 */
export function isTurnOver(session: Busy, env: Env): boolean {
  const { externalId, turnType, lastAt } = session;
  const transcript = transcriptOf(session.agent);
  if (transcript === null) return false;
  const named = session.transcript ?? (externalId && transcript.file?.(externalId, env)) ?? null;
  if (named === null || !named.startsWith("/")) return false;
  const at = endedAt(transcript, named);
  if (at === null) return false;
  // A prompt is told before it is written; what a tool that was interrupted tells may come a moment later.
  return turnType !== "prompt" || at >= (lastAt ?? 0);
}
