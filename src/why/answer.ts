import { resumeCommand } from "../agents/resume.ts";
import { saidContent } from "../record/content.ts";
import type { Connection } from "../store/connection.ts";
import { shortIds } from "../store/rows.ts";
import type { Commit } from "./blame.ts";
import { saidBefore, type WorkingSession } from "./sql.ts";

/**
 * How sure an answer is. `certain`: a transcript has the edit. `likely`: the session changed the file then. `nobody`: no
 * agent did, as far as is recorded. `unknown`: nobody can tell.
 */
export type Certainty = "certain" | "likely" | "nobody" | "unknown";

/** A session that an answer names. */
export interface Author {
  readonly session: WorkingSession;
  readonly shortId: string;
  /** When it made the change, in milliseconds since 1970. */
  readonly at: number;
  readonly tool: string | null;
  /** What it was asked, redacted and cut. */
  readonly prompt: string | null;
  /** What the agent said just before. */
  readonly said: string | null;
  readonly resumeCommand: string | null;
}

export interface LineAnswer {
  readonly path: string;
  readonly line: number;
  readonly text: string | null;
  /** Null if the line isn't committed, or nobody can tell. */
  readonly commit: Commit | null;
  readonly isCommitted: boolean | null;
  readonly certainty: Certainty;
  /** A sentence on how that is known, without its full stop. */
  readonly reason: string;
  readonly author: Author | null;
}

const safe = (text: string | null) => (text === null ? null : saidContent(text, "summary"));

/** What is told of a session's change. What a transcript doesn't tell of it is what was stored. */
export function authorOf(
  db: Connection,
  session: WorkingSession,
  change: { at: number; tool: string | null; prompt: string | null; said: string | null },
): Author {
  const { id } = session;
  const { at, tool } = change;
  return {
    session,
    shortId: shortIds(db, [id])[0] ?? id,
    at,
    tool,
    prompt: safe(change.prompt ?? saidBefore(db, id, "prompt", at)),
    said: safe(change.said ?? saidBefore(db, id, "assistant", at)),
    resumeCommand: resumeCommand(session),
  };
}
