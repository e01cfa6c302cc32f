import type { Context } from "../../../context.ts";
import { UserError } from "../../../errors.ts";
import type { Transaction } from "../../remote/connect.ts";
import { isRefusedCopy, isRefusedData } from "../../remote/faults.ts";
import { eventMark } from "../../source/mark.ts";
import type { Batch } from "../batch.ts";
import { eventColumns } from "../events.ts";
import type { Sending, Tally } from "../sending.ts";
import { copyLines } from "./copy.ts";
import * as sql from "./statements.ts";

interface SourceRow {
  readonly last_rev: string;
  readonly last_event: string;
}

/** The server's clock less this machine's, in milliseconds, by the middle of the round trip. */
async function clockOffset(transaction: Transaction, now: Context["now"]): Promise<number> {
  const before = now().getTime();
  const [row] = await transaction.query<{ ms: number }>(sql.SERVER_TIME);
  return Math.round((row?.ms ?? before) - (before + now().getTime()) / 2);
}

/** @throws UserError `sync_source` if the server has the source no more, or as another user's */
async function lockSource(transaction: Transaction, sourceId: string): Promise<number> {
  const [row] = await transaction.query<SourceRow>(sql.LOCK_SOURCE, [sourceId]);
  if (row === undefined) {
    throw new UserError(
      "sync_source",
      "the server has what this home pushed under another user, or has just lost it",
      "run this again; if it says the same, run `mm sync new`",
    );
  }
  return Number(row.last_rev);
}

async function noteRev(
  sending: Sending,
  transaction: Transaction,
  { rev, lastEvent, offset }: { rev: number; lastEvent: number; offset: number },
): Promise<void> {
  const { sourceId, machine, version } = sending;
  const mark = eventMark(sending.sidecar, lastEvent);
  const noted = [sourceId, rev, lastEvent, machine, version, offset, mark];
  await transaction.query(sql.NOTE_PUSH, noted);
}

/** Has the server forget events and calls that are other ones now. */
async function forgetRenewed(
  { sourceId }: Sending,
  transaction: Transaction,
  { renewed }: Batch,
): Promise<void> {
  for (const what of ["events", "usage"] as const) {
    if (renewed[what].length === 0) continue;
    await transaction.query(sql.FORGET_ROWS[what], [sourceId, JSON.stringify(renewed[what])]);
  }
}

/** What a batch has become on the server. */
export interface Committed {
  readonly rev: number;
  readonly offset: number;
  /** The sessions that are other there now. A deleted one never is. */
  readonly changed: ReadonlySet<string>;
}

async function addEvents(
  { sourceId }: Sending,
  transaction: Transaction,
  { events }: Batch,
  copies: boolean,
): Promise<void> {
  if (events.length === 0) return;
  if (copies) return await transaction.copy(sql.COPY_EVENTS, copyLines(sourceId, events));
  await transaction.query(sql.INSERT_SERVER_EVENTS, [sourceId, ...eventColumns(events)]);
}

async function commit(
  sending: Sending,
  batch: Batch,
  tally: Tally,
  mayCopy: boolean,
): Promise<Committed> {
  return await sending.remote.transaction(async (transaction) => {
    let rev = await lockSource(transaction, sending.sourceId);
    const sessions = batch.sessions.map((row) => ({ ...row, rev: ++rev }));
    const changed = await transaction.query<{ session_id: string }>(sql.UPSERT_SESSIONS, [
      JSON.stringify(sessions),
    ]);
    await forgetRenewed(sending, transaction, batch);
    // A session that isn't changed was deleted, and its events mustn't come.
    const copies = mayCopy && changed.length === sessions.length;
    await addEvents(sending, transaction, batch, copies);
    if (batch.usage.length > 0) {
      await transaction.query(sql.UPSERT_USAGE, [JSON.stringify(batch.usage)]);
    }
    const lastEvent = batch.events.reduce((most, row) => Math.max(most, row.seq), 0);
    const offset = tally.clockOffsetMs ?? (await clockOffset(transaction, sending.now));
    await noteRev(sending, transaction, { rev, lastEvent, offset });
    return { rev, offset, changed: new Set(changed.map((row) => row.session_id)) };
  });
}

/** To ask whether they may be copied pays from so many events on. */
const MANY_EVENTS = 1000;

async function mayCopy({ remote }: Sending, { isNew, events }: Batch, tally: Tally) {
  if (!isNew || events.length < MANY_EVENTS) return false;
  if (tally.mayCopy === null) {
    const ask = (transaction: Transaction) => transaction.query<{ may: boolean }>(sql.MAY_COPY);
    const [row] = await remote.transaction(ask);
    tally.mayCopy = row?.may ?? false;
  }
  return tally.mayCopy;
}

/**
 * Sends a batch in one transaction, by COPY where that may do. Whatever the server has against copying, it may take
 * the rows one by one.
 * @throws the server's error, and UserError `sync_source`
 */
export async function commitBatch(
  sending: Sending,
  batch: Batch,
  tally: Tally,
): Promise<Committed> {
  if (!(await mayCopy(sending, batch, tally))) return await commit(sending, batch, tally, false);
  try {
    return await commit(sending, batch, tally, true);
  } catch (error) {
    if (!isRefusedCopy(error)) throw error;
    if (!isRefusedData(error)) tally.mayCopy = false;
    return await commit(sending, batch, tally, false);
  }
}
