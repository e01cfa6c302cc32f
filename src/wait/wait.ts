import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { liveSessions } from "../live/live.ts";
import type { FolderName } from "../projects/folders.ts";
import { missingSession, resolveSession } from "../sessions/which.ts";
import type { LiveState } from "../states/state.ts";
import { isActive, type Session } from "../store/rows.ts";
import { dataVersion } from "./sql.ts";

/** What a session may be waited for to get to. */
export type Awaited = LiveState | "ended";

/** A session that has got there. */
export interface Arrived extends Session {
  readonly state: Awaited;
  readonly projectName: FolderName | null;
  readonly cwd: string | null;
}

export interface WaitInput {
  /** The one session to wait for; undefined for any. */
  readonly id: string | undefined;
  readonly states: readonly Awaited[];
  /** Milliseconds; null for however long. */
  readonly timeoutMs: number | null;
}

/** How often is asked whether anything was written, which costs next to nothing. */
const POLL_MS = 300;
/** What time or a process does to a state nobody writes down. */
const LOOK_AGAIN_MS = 5000;

type Needs = Pick<Context, "agentProcesses" | "env" | "now" | "sleep" | "store" | "warnings">;

const ALL = { agents: undefined, project: undefined };

/** Sessions by their ids. */
type Look = ReadonlyMap<string, Arrived>;

async function look(ctx: Needs): Promise<Look> {
  return new Map((await liveSessions(ctx, ALL)).map((session) => [session.id, session]));
}

/** What has become of a session since the look before, or null where it was so before. */
function change(before: Look, now: Look, id: string): Arrived | null {
  const [then, session] = [before.get(id), now.get(id)];
  if (session === undefined) return then === undefined ? null : { ...then, state: "ended" };
  return then?.state === session.state ? null : session;
}

function arrived(before: Look, now: Look, states: readonly Awaited[]): Arrived | null {
  const changes = [...now.keys(), ...before.keys()].map((id) => change(before, now, id));
  return changes.find((one) => one !== null && states.includes(one.state)) ?? null;
}

function ended({ id }: Session): UserError {
  return new UserError("session_ended", `session already ended: ${id}`);
}

/** The session that was named, as it is now. */
async function named(ctx: Needs, id: string, { states }: WaitInput): Promise<Session> {
  const store = await ctx.store();
  const found = await store.read((view) => resolveSession(view, ctx.env, id));
  if (found?.kind !== "found") throw missingSession(id);
  const { session } = found;
  if (!isActive(session) && !states.includes("ended")) throw ended(session);
  return session;
}

/** Where the named session is by this look, or null where it has to be waited for. */
function whereIs(session: Session, now: Look, states: readonly Awaited[]): Arrived | null {
  const live = now.get(session.id) ?? {
    ...session,
    state: "ended" as const,
    projectName: null,
    cwd: null,
  };
  if (states.includes(live.state)) return live;
  if (live.state === "ended") throw ended(session);
  return null;
}

/** Returns once something was written, or it is time to look again. */
async function untilWritten(
  ctx: Needs,
  until: number,
  looks: () => Promise<unknown>,
): Promise<void> {
  const store = await ctx.store();
  const rest = () => until - ctx.now().getTime();
  const waited = await store.read(async ({ db }) => {
    const version = dataVersion(db);
    if ((await looks()) !== null) return true;
    while (rest() > 0 && dataVersion(db) === version) await ctx.sleep(Math.min(POLL_MS, rest()));
    return true;
  });
  // Nothing is stored yet.
  if (waited === undefined && (await looks()) === null && rest() > 0)
    await ctx.sleep(Math.min(POLL_MS, rest()));
}

/**
 * Waits until a session gets to one of the states: the named one, also if it is there already, or any, which has to
 * get there from now on.
 * @throws UserError `wait_timeout`, `session_ended` if the named one ends before, `session_not_found`
 */
export async function waitFor(ctx: Needs, input: WaitInput): Promise<Arrived> {
  const { states, timeoutMs } = input;
  const deadline = timeoutMs === null ? Number.POSITIVE_INFINITY : ctx.now().getTime() + timeoutMs;
  const session = input.id === undefined ? null : await named(ctx, input.id, input);
  let before: Look | null = null;
  let found: Arrived | null = null;
  const looks = async () => {
    const now = await look(ctx);
    found = session === null ? arrived(before ?? now, now, states) : whereIs(session, now, states);
    before = now;
    return found;
  };
  for (;;) {
    const until = Math.min(deadline, ctx.now().getTime() + LOOK_AGAIN_MS);
    await untilWritten(ctx, until, looks);
    if (found !== null) return found;
    if (ctx.now().getTime() >= deadline) break;
  }
  throw new UserError(
    "wait_timeout",
    `no session reached the state ${states.join(" or ")} in time`,
  );
}
