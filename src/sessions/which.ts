import { AGENTS } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import type { Env } from "../settings/environment.ts";
import {
  findSession,
  findSessionByExternalId,
  isActive,
  listSessionsByPrefix,
  type Session,
} from "../store/rows.ts";
import type { View } from "../store/store.ts";

/** This id means the session that was last active. */
export const LAST = "last";

/** The least of an id that stands for the whole. */
export const MIN_PREFIX = 6;

export function sessionNotFound(id: string, hint = "`mm session list` shows them"): UserError {
  const isShort = id.length < MIN_PREFIX;
  const tip = isShort ? `give at least ${MIN_PREFIX} characters of an id; ${hint}` : hint;
  return new UserError("session_not_found", `session not found: ${id}`, tip);
}

export function emptyId(): UserError {
  return new UserError("usage", "the session id is empty");
}

/** The error if there is nothing to read: no such session or, for `last`, no session at all. */
export function missingSession(id: string): UserError {
  if (id === "") return emptyId();
  return id === LAST
    ? new UserError(
        "no_session",
        "there is no session yet",
        "`mm hooks install` records those of your agents",
      )
    : sessionNotFound(id);
}

const MAX_CANDIDATES = 10;

/** The session that a command is about: found, named but missing, or none. */
export type Reference =
  | { readonly kind: "found"; readonly session: Session; readonly named: boolean }
  | { readonly kind: "unknown"; readonly id: string }
  | { readonly kind: "none" };

/** The session with this id or with this unique prefix. @throws UserError `session_ambiguous` */
function findByIdOrPrefix(view: View, id: string): Session | null {
  const exact = findSession(view.db, id);
  if (exact !== null || id.length < MIN_PREFIX) return exact;
  const candidates = listSessionsByPrefix(view.db, id, MAX_CANDIDATES + 1);
  if (candidates.length > 1) {
    const listed = candidates.slice(0, MAX_CANDIDATES).map((session) => session.id);
    const more = candidates.length > MAX_CANDIDATES ? ", …" : "";
    throw new UserError(
      "session_ambiguous",
      `several session ids start with ${id}: ${listed.join(", ")}${more}`,
      "type more characters of the id",
    );
  }
  return candidates[0] ?? null;
}

/** The id in `$MM_SESSION_ID`, if it is set and not empty. */
export function inheritedId(env: Env): string | null {
  return env["MM_SESSION_ID"]?.trim() || null;
}

/** One agent may run in another's shell. The order of these three is a contract, the rest follows the list. */
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
 * The session that a command is about: the given id (`last` is the one that was last active), else `$MM_SESSION_ID` (even if that session has ended),
 * else the agent's own id in the environment if `mm` knows it, else the one in the state file.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function resolveSession(
  view: View,
  env: Env,
  id: string | undefined,
): Promise<Reference> {
  if (id === "") throw emptyId();
  if (id === LAST) {
    const { lastActiveSession } = await import("../store/recent/recent.ts");
    const session = lastActiveSession(view.db);
    return session === null ? { kind: "none" } : { kind: "found", session, named: true };
  }
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

/**
 * The session that a command shows: as `resolveSession` finds it or, where no active session is current, the one
 * that was last active.
 * @throws UserError `session_ambiguous`, `usage` for an empty id
 */
export async function sessionToRead(
  view: View,
  env: Env,
  id: string | undefined,
): Promise<Reference> {
  const reference = await resolveSession(view, env, id);
  if (reference.kind === "unknown") return reference;
  if (reference.kind === "found" && (reference.named || isActive(reference.session))) {
    return reference;
  }
  return await resolveSession(view, env, LAST);
}
