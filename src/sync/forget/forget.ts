import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { likePattern, likeText } from "../like.ts";
import { serverPlace } from "../remote/address.ts";
import { type Remote, withRemote } from "../remote/connect.ts";
import { readServer } from "../remote/schema/schema.ts";
import { fitsProject } from "../settings.ts";
import { readSyncSettings } from "../source/home.ts";
import { bury } from "../tombstones/bury.ts";
import * as statements from "./statements.ts";

const MIN_ID = 6;

/** What the server is to forget. */
export interface ForgetInput {
  readonly ids: readonly string[];
  /** A pattern of projects such as `github.com/acme/*`. */
  readonly project: string | undefined;
}

/** A session that the server has. */
export interface Forgotten {
  readonly id: string;
  readonly project: string | null;
  readonly agentId: string;
  readonly title: string | null;
}

interface Row {
  readonly session_id: string;
  readonly project: string | null;
  readonly agent_id: string;
  readonly title: string | null;
}

async function find(remote: Remote, statement: string, pattern: string): Promise<Forgotten[]> {
  const rows = await remote.transaction((transaction) =>
    transaction.query<Row>(statement, [pattern]),
  );
  return rows.map((row) => ({
    id: row.session_id,
    project: row.project,
    agentId: row.agent_id,
    title: row.title,
  }));
}

/** @throws UserError `session_not_found`, `session_ambiguous`, `usage` */
async function findById(remote: Remote, typed: string): Promise<Forgotten> {
  if (typed.length < MIN_ID) {
    throw new UserError("usage", `'${typed}' is too short`, `give ${MIN_ID} characters or more`);
  }
  const found = await find(remote, statements.FIND_BY_ID, `${likeText(typed)}%`);
  const [first] = found;
  const place = serverPlace(remote.address);
  if (first === undefined) {
    throw new UserError("session_not_found", `${place} has no session ${typed} of yours`);
  }
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(", ");
    throw new UserError("session_ambiguous", `several session ids start with ${typed}`, ids);
  }
  return first;
}

/** Gets what was found, and throws unless it is meant to go. */
type ForgetConsent = (sessions: readonly Forgotten[]) => Promise<void>;

/**
 * Has the server forget sessions of this user. This machine keeps its own; nothing brings them back to the server.
 * @throws UserError `usage`, `session_not_found`, `session_ambiguous`, and those of the connection
 */
export async function forgetOnServer(
  ctx: Pick<Context, "capture" | "disk" | "env" | "sleep" | "store" | "warnings">,
  { ids, project }: ForgetInput,
  consent: ForgetConsent,
): Promise<readonly Forgotten[]> {
  const settings = await readSyncSettings(ctx);
  return await withRemote(ctx, settings, async (remote) => {
    await readServer(remote);
    const found: Forgotten[] = [];
    for (const id of ids) found.push(await findById(remote, id));
    if (project !== undefined) {
      const near = await find(remote, statements.FIND_BY_PROJECT, likePattern(project));
      found.push(...near.filter((session) => fitsProject(project, session.project)));
    }
    if (found.length === 0) return found;
    await consent(found);
    await bury(remote, [...new Set(found.map(({ id }) => id))]);
    return found;
  });
}
