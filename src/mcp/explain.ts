import { type ErrorCode, UserError } from "../errors.ts";
import { bytesOf, ERROR_BYTES } from "./budget.ts";
import { stored } from "./fence.ts";

/** Why a tool can't answer, and what the agent may do next. */
export class Declined extends Error {
  readonly next: string;

  constructor(what: string, next: string) {
    super(what);
    this.next = next;
  }
}

/** No session that may be named has that id. */
export class UnknownId extends Declined {}

const WITH_DOCTOR = "ask the person to run `mm doctor`";

/** The next step in words of the tools; what isn't listed is for the person. */
const NEXT: Partial<Readonly<Record<ErrorCode, string>>> = {
  session_not_found: "search_sessions {} lists ids",
  session_ambiguous: "give more characters of the id",
  session_ended: "name one that is live: session",
  no_session: "search_sessions {} lists ids",
  invalid_time: 'since:"7d" or since:"2026-11-01"',
  sync_source: 'machine:"all", or leave it out',
  usage: "correct the arguments",
  database_locked: "call again",
  database_newer: "ask the person to restart this agent: mm was upgraded",
};

/** What a tool answers where it fails. */
export function explain(error: unknown): string {
  if (error instanceof Declined) return said(error.message, error.next);
  if (error instanceof UserError) return said(whatOf(error), NEXT[error.code] ?? WITH_DOCTOR);
  return said("unexpected failure", WITH_DOCTOR);
}

/** What is wrong. Ids that others stored may be any text, and are then left out. */
function whatOf({ code, message }: UserError): string {
  if (code === "session_ended") return "that session has ended";
  const isPlain = /^[\w ,.:…-]*$/u.test(message);
  return code === "session_ambiguous" && !isPlain ? "several ids start with that" : message;
}

/** Where it is too long, the middle goes, not what comes next. */
function said(what: string, next: string): string {
  const end = `. Next: ${next}`;
  const room = ERROR_BYTES - bytesOf(end);
  let text = stored(what, ERROR_BYTES).replace(/\.$/u, "");
  if (bytesOf(text) > room) {
    while (bytesOf(text) > room - bytesOf("…")) text = text.slice(0, -1);
    text = `${text.toWellFormed()}…`;
  }
  return text + end;
}
