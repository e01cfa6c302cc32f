import { AGENTS } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import type { Env } from "../settings/environment.ts";
import {
  findSession,
  findSessionByExternalId,
  lastStartedSession,
  listSessionsByPrefix,
  type Session,
} from "../store/rows.ts";
import type { View } from "../store/store.ts";

/** What reading commands take for the id of the session that was started last. */
export const LAST = "last";

/**
 * As `resolveSession`, for commands that change nothing: `last` is the session that was started last.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function sessionToRead(
  view: View,
  env: Env,
  id: string | undefined,
): Promise<Reference> {
  if (id !== LAST) return await resolveSession(view, env, id);
  const session = lastStartedSession(view.db);
  return session === null ? { kind: "none" } : { kind: "found", session, named: true };
}

export function sessionNotFound(id: string, hint = "`mm session list` shows them"): UserError {
  return new UserError("session_not_found", `session not found: ${id}`, hint);
}

export function emptyId(): UserError {
  return new UserError("usage", "the session id is empty");
}

/** Why there is nothing to read: the session that was named isn't there or, for `last`, none is. */
export function missingSession(id: string): UserError {
  if (id === "") return emptyId();
  return id === LAST
    ? new UserError("no_session", "there is no session yet", "`mm session start` starts one")
    : sessionNotFound(id);
}

const MIN_PREFIX = 6;
const MAX_CANDIDATES = 10;

/** Which session is meant: one that exists, one that was named but doesn't, or none at all. */
export type Reference =
  | { readonly kind: "found"; readonly session: Session; readonly named: boolean }
  | { readonly kind: "unknown"; readonly id: string }
  | { readonly kind: "none" };

/**
 * The session with that id, or the only one whose id begins with it.
 * @throws UserError `session_ambiguous`
 */
function findByIdOrPrefix(view: View, id: string): Session | null {
  const exact = findSession(view.db, id);
  if (exact !== null || id.length < MIN_PREFIX) return exact;
  const candidates = listSessionsByPrefix(view.db, id, MAX_CANDIDATES + 1);
  if (candidates.length > 1) {
    const listed = candidates.slice(0, MAX_CANDIDATES).map((session) => session.id);
    const more = candidates.length > MAX_CANDIDATES ? ", …" : "";
    throw new UserError(
      "session_ambiguous",
      `several sessions begin with ${id}: ${listed.join(", ")}${more}`,
      "give more of the id",
    );
  }
  return candidates[0] ?? null;
}

/** The session that `$MM_SESSION_ID` names, if it is set to anything. */
export function inheritedId(env: Env): string | null {
  return env["MM_SESSION_ID"]?.trim() || null;
}

/** One agent may run in another's shell; whose session counts then is a contract, the rest is the list's order. */
const ASKED_FIRST = [AGENTS.claude, AGENTS.codex, AGENTS.cursor];
const ASKED = [...new Set([...ASKED_FIRST, ...Object.values(AGENTS)])];

function sessionOfAgent(view: View, env: Env): Session | null {
  for (const { shellVariable, agentId } of ASKED) {
    const externalId = shellVariable === null ? undefined : env[shellVariable];
    if (externalId) {
      const session = findSessionByExternalId(view.db, agentId, externalId);
      if (session !== null) return session;
    }
  }
  return null;
}

/**
 * The session that a command is about: the id given, else `$MM_SESSION_ID` (no falling through from
 * there), else the agent's own id in the environment where it is known, else the state file's.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function resolveSession(
  view: View,
  env: Env,
  id: string | undefined,
): Promise<Reference> {
  if (id === "") throw emptyId();
  if (id !== undefined) {
    const session = findByIdOrPrefix(view, id);
    return session === null ? { kind: "unknown", id } : { kind: "found", session, named: true };
  }
  const inherited = inheritedId(env);
  if (inherited !== null) {
    const session = findSession(view.db, inherited);
    return session === null
      ? { kind: "unknown", id: inherited }
      : { kind: "found", session, named: true };
  }
  const session = sessionOfAgent(view, env) ?? (await view.current());
  return session === null ? { kind: "none" } : { kind: "found", session, named: false };
}
