import { AGENTS } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { digestOf, writtenSummary } from "../digest/digest.ts";
import { UserError } from "../errors.ts";
import { findProject } from "../projects/filter.ts";
import { inheritedId, missingSession, resolveSession } from "../sessions/which.ts";
import type { Session } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { shortPaths } from "../text/paths.ts";
import { lastOfProject, runOf, saidIn } from "./sql.ts";
import { type Handoff, type HandoffPart, handoffParts, handoffText } from "./text.ts";

/** As much as a model reads gladly: some 1,500 tokens. */
const HANDOFF_BYTES = 6000;

const TYPES = ["prompt", "assistant", "decision", "note", "turn_end"];

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
);

function gather({ db }: View, session: Session): Handoff {
  const { id, agentId, summary } = session;
  const where = runOf(db, id);
  const digest = digestOf(db, id);
  const folders = { root: where.root ?? where.cwd, home: undefined };
  return {
    ...where,
    id,
    agentName: NAMES.get(agentId) ?? "an agent",
    said: saidIn(db, id, TYPES),
    summary: writtenSummary(summary),
    files: digest.files
      .filter(({ changed }) => changed > 0)
      .map(({ path }) => shortPaths(path, folders)),
    lastFailure: digest.lastFailure,
  };
}

/** A handoff as text, with the size of each part in bytes. */
export interface HandoffTold {
  readonly sessionId: string;
  readonly text: string;
  readonly bytes: number;
  readonly parts: readonly (HandoffPart & { readonly bytes: number })[];
}

type Needs = Pick<Context, "cwd" | "env" | "store">;

/** The session that is named, else the one of the shell around, else the last of this project. */
async function sessionFor(ctx: Needs, view: View, id: string | undefined): Promise<Session> {
  const named = id ?? inheritedId(ctx.env) ?? undefined;
  const project = named === undefined ? await findProject(ctx, ".") : null;
  const last = project === null ? null : lastOfProject(view.db, project);
  const found = await resolveSession(view, ctx.env, named ?? last ?? undefined);
  if (found.kind === "found" && (named ?? last) !== null) return found.session;
  if (named !== undefined) throw missingSession(named);
  throw new UserError(
    "no_session",
    "no session of this project is recorded",
    "name one: --session ID",
  );
}

/**
 * What another agent needs to go on with a session, in at most so many bytes.
 * @throws UserError `no_session`, `session_not_found`, `session_ambiguous`, `usage`
 */
export async function handoff(ctx: Needs, id: string | undefined): Promise<HandoffTold> {
  const store = await ctx.store();
  const found = await store.read(async (view) => gather(view, await sessionFor(ctx, view, id)));
  if (found === undefined) throw missingSession(id ?? "last");
  const parts = handoffParts(found, HANDOFF_BYTES);
  const text = handoffText(parts);
  const sized = parts.map((part) => ({ ...part, bytes: Buffer.byteLength(part.text) }));
  return { sessionId: found.id, text, bytes: Buffer.byteLength(text), parts: sized };
}
