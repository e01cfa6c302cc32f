import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import type { Remote } from "../remote/connect.ts";
import * as statements from "../remote/statements.ts";
import { type IdentityPlan, type KnownSource, planIdentity } from "./identity.ts";
import { isOtherEvent } from "./mark.ts";
import { forgetAllSent, listGone, listRewritten, setGone, setSent } from "./sent.ts";
import {
  addRemote,
  becomeSource,
  findIdentity,
  highestEvent,
  setKnownRev,
  syncProgress,
} from "./sql.ts";
import { REWRITTEN } from "./statements.ts";

const STEP = 5000;

/** Who pushes. */
export interface SourceOwner {
  readonly holder: string;
  readonly machine: string;
  readonly version: string;
}

interface SourceRow {
  readonly source_id: string;
  readonly holder: string;
  readonly last_rev: string;
  readonly last_event: string;
  readonly last_mark: string | null;
}

const toKnown = (row: SourceRow): KnownSource => ({
  sourceId: row.source_id,
  holder: row.holder,
  lastRev: Number(row.last_rev),
  lastEvent: Number(row.last_event),
  lastMark: row.last_mark,
});

interface Planned {
  readonly plan: IdentityPlan;
  /** The source's last revision on the server; 0 if it isn't there. */
  readonly rev: number;
}

async function planFor(sidecar: Connection, remote: Remote, owner: SourceOwner): Promise<Planned> {
  const stored = findIdentity(sidecar);
  const { known, ofHolder } = await remote.transaction(async (transaction) => {
    const ask = async (statement: string, parameter: string) =>
      (await transaction.query<SourceRow>(statement, [parameter])).map(toKnown);
    return {
      known: stored === null ? [] : await ask(statements.FIND_SOURCE, stored.sourceId),
      ofHolder: stored === null ? await ask(statements.SOURCES_BY_HOLDER, owner.holder) : [],
    };
  });
  const plan = planIdentity({
    stored,
    holder: owner.holder,
    highestEvent: highestEvent(sidecar),
    isOther: (id, mark) => isOtherEvent(sidecar, id, mark),
    known: known[0] ?? null,
    ofHolder,
  });
  if (plan.kind === "new") return { plan, rev: 0 };
  const there = [...known, ...ofHolder].find(({ sourceId }) => sourceId === plan.sourceId);
  return { plan, rev: there?.lastRev ?? 0 };
}

interface PrintRow {
  readonly session_id: string;
  readonly print: string;
  readonly last_event: string;
  readonly is_deleted: boolean;
}

/**
 * Notes in the sidecar what the server has, so that only what differs is sent.
 * @returns the sessions that the server has again, though they were deleted there for ever: it was restored
 */
async function readBack(
  sidecar: Connection,
  remote: Remote,
  name: string,
  sourceId: string,
): Promise<string[]> {
  const gone = new Set(listGone(sidecar, name));
  const rewritten = new Set(listRewritten(sidecar, name));
  const revived: string[] = [];
  forgetAllSent(sidecar, name);
  for (let after = ""; ; ) {
    const rows = await remote.transaction((transaction) =>
      transaction.query<PrintRow>(statements.PRINTS, [sourceId, after, STEP]),
    );
    sidecar.transaction(() => {
      for (const row of rows) {
        if (row.is_deleted) {
          setGone(sidecar, name, row.session_id);
          continue;
        }
        if (gone.has(row.session_id)) {
          revived.push(row.session_id);
          continue;
        }
        const lastEvent = Number(row.last_event);
        setSent(sidecar, name, row.session_id, {
          print: rewritten.has(row.session_id) ? REWRITTEN : row.print,
          usage: "",
          look: "",
          lastEvent,
          isOpen: true,
        });
      }
    })();
    const last = rows.at(-1);
    if (rows.length < STEP || last === undefined) return revived;
    after = last.session_id;
  }
}

/** Makes a source known, unless it is. While sessions of this user are being deleted, a new one waits. */
async function addSource(remote: Remote, sourceId: string, owner: SourceOwner): Promise<void> {
  const { machine, holder, version } = owner;
  await remote.transaction(async (transaction) => {
    const known = await transaction.query(statements.FIND_SOURCE, [sourceId]);
    if (known.length > 0) return;
    await transaction.query(statements.LOCK_OWN_SOURCES);
    await transaction.query(statements.ADD_SOURCE, [sourceId, machine, holder, version]);
  });
}

/** The source that pushes, and whether it has become another one. */
export interface Ensured {
  readonly sourceId: string;
  /** The source's last revision. */
  readonly rev: number;
  readonly became: "restored" | null;
  /** Whether the sidecar may have said otherwise, so that all sessions are to be compared. */
  readonly wasReadBack: boolean;
  /** Sessions that were deleted on the server, and came back with a backup of it. */
  readonly revived: readonly string[];
}

/**
 * Finds out which source this database is, makes it known to the server, and reads back what the server has of it
 * if the sidecar may say otherwise, or if all is to be compared.
 * @throws UserError `sync_source`
 */
export async function ensureSource(
  ctx: Pick<Context, "newId">,
  sidecar: Connection,
  remote: Remote,
  name: string,
  owner: SourceOwner,
  isFull: boolean,
): Promise<Ensured> {
  const { plan, rev } = await planFor(sidecar, remote, owner);
  const sourceId = plan.kind === "new" ? ctx.newId() : plan.sourceId;
  if (plan.kind !== "same") becomeSource(sidecar, { sourceId, holder: owner.holder });
  await addSource(remote, sourceId, owner);
  // Another revision than the last one noted: a push died, the server was restored, another machine deleted something.
  const noted = syncProgress(sidecar, name)?.rev;
  const became = plan.kind === "new" && plan.why === "restored" ? "restored" : null;
  if (!isFull && noted === rev) {
    return { sourceId, rev, became, wasReadBack: false, revived: [] };
  }
  const revived = await readBack(sidecar, remote, name, sourceId);
  const last = Math.max(rev, noted ?? 0);
  addRemote(sidecar, name);
  setKnownRev(sidecar, name, last);
  // Readers have seen the revisions that a server has lost, and would take the next ones for those.
  if (last > rev) {
    await remote.transaction((transaction) =>
      transaction.query(statements.RAISE_REVISION, [sourceId, last]),
    );
  }
  return { sourceId, rev: last, became, wasReadBack: true, revived };
}
