import type { Context } from "../../context.ts";
import type { Connection } from "../../store/connection.ts";
import type { Remote } from "../remote/connect.ts";
import * as statements from "../remote/statements.ts";
import { type IdentityPlan, type KnownSource, planIdentity } from "./identity.ts";
import {
  addRemote,
  becomeSource,
  findIdentity,
  forgetAllSent,
  highestEvent,
  setGone,
  setSent,
  syncProgress,
} from "./sql.ts";

const STEP = 5000;

/** Who pushes. */
export interface SourceOwner {
  readonly holder: string;
  readonly machine: string;
  readonly version: string;
}

interface SourceRow {
  readonly source_id: string;
  readonly last_event: string;
}

const toKnown = (row: SourceRow): KnownSource => ({
  sourceId: row.source_id,
  lastEvent: Number(row.last_event),
});

async function planFor(
  sidecar: Connection,
  remote: Remote,
  owner: SourceOwner,
): Promise<IdentityPlan> {
  const stored = findIdentity(sidecar);
  const { known, ofHolder } = await remote.transaction(async (transaction) => {
    const ask = async (statement: string, parameter: string) =>
      (await transaction.query<SourceRow>(statement, [parameter])).map(toKnown);
    return {
      known: stored === null ? [] : await ask(statements.FIND_SOURCE, stored.sourceId),
      ofHolder: stored === null ? await ask(statements.SOURCES_BY_HOLDER, owner.holder) : [],
    };
  });
  return planIdentity({
    stored,
    holder: owner.holder,
    highestEvent: highestEvent(sidecar),
    known: known[0] ?? null,
    ofHolder,
  });
}

interface PrintRow {
  readonly session_id: string;
  readonly print: string;
  readonly last_event: string;
  readonly is_deleted: boolean;
}

/** Notes in the sidecar what the server has, so that only what differs is sent. */
async function readBack(sidecar: Connection, remote: Remote, name: string, sourceId: string) {
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
        const lastEvent = Number(row.last_event);
        setSent(sidecar, name, row.session_id, {
          print: row.print,
          usage: "",
          look: "",
          lastEvent,
          isOpen: true,
        });
      }
    })();
    const last = rows.at(-1);
    if (rows.length < STEP || last === undefined) return;
    after = last.session_id;
  }
}

/** The source that pushes, and whether it has become another one. */
export interface Ensured {
  readonly sourceId: string;
  readonly became: "restored" | null;
}

/**
 * Finds out which source this database is, and makes it known to the server.
 * @throws UserError `sync_source`
 */
export async function ensureSource(
  ctx: Pick<Context, "newId">,
  sidecar: Connection,
  remote: Remote,
  name: string,
  owner: SourceOwner,
): Promise<Ensured> {
  const plan = await planFor(sidecar, remote, owner);
  const sourceId = plan.kind === "new" ? ctx.newId() : plan.sourceId;
  if (plan.kind !== "same") becomeSource(sidecar, { sourceId, holder: owner.holder });
  const isFirst = syncProgress(sidecar, name) === null;
  await remote.transaction((transaction) =>
    transaction.query(statements.ADD_SOURCE, [
      sourceId,
      owner.machine,
      owner.holder,
      owner.version,
    ]),
  );
  if (isFirst) {
    await readBack(sidecar, remote, name, sourceId);
    addRemote(sidecar, name);
  }
  return { sourceId, became: plan.kind === "new" && plan.why === "restored" ? "restored" : null };
}
