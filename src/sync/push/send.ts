import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import type { Connection } from "../../store/connection.ts";
import type { Remote, Transaction } from "../remote/connect.ts";
import { isRefusedCopy, isRefusedData } from "../remote/faults.ts";
import * as sql from "../remote/statements.ts";
import { eventMark } from "../source/mark.ts";
import {
  clearAside,
  type Looked,
  listAsideSessions,
  type Sent,
  setKnownRev,
  setRefused,
  setSent,
} from "../source/sql.ts";
import { type Batch, halves, NO_ROWS } from "./batch.ts";
import { copyLines } from "./copy.ts";
import { eventColumns, type SentEvent } from "./events.ts";
import type { ServerRow } from "./rows.ts";

/** What a push sends, and to where. */
export interface Sending {
  readonly remote: Remote;
  /** The server's name in the sidecar. */
  readonly name: string;
  readonly sidecar: Connection;
  readonly sourceId: string;
  /** The source's last revision before. */
  readonly rev: number;
  readonly machine: string;
  readonly version: string;
  readonly now: Context["now"];
}

/** What the sidecar is to note of a session once its batch is committed. */
export interface Noted extends Sent, Looked {
  readonly sessionId: string;
}

/** What a push has done. */
export interface Tally {
  /** The ids of those that are other there now. */
  readonly sessions: Set<string>;
  events: number;
  quarantined: number;
  /** The source's last revision; null if nothing was sent. */
  rev: number | null;
  /** Null until it has been measured. */
  clockOffsetMs: number | null;
  /** Whether the server takes events by COPY; null until it was asked. */
  mayCopy: boolean | null;
}

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

interface Committed {
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

/** Sends a batch in one transaction. */
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

/** Commits a batch, by COPY where that may do. Whatever the server has against it, it may take the rows one by one. */
async function commitBest(sending: Sending, batch: Batch, tally: Tally): Promise<Committed> {
  if (!(await mayCopy(sending, batch, tally))) return await commit(sending, batch, tally, false);
  try {
    return await commit(sending, batch, tally, true);
  } catch (error) {
    if (!isRefusedCopy(error)) throw error;
    if (!isRefusedData(error)) tally.mayCopy = false;
    return await commit(sending, batch, tally, false);
  }
}

/** Sends a batch. @throws the server's error */
async function send(sending: Sending, batch: Batch, tally: Tally): Promise<void> {
  const { rev, offset, changed } = await commitBest(sending, batch, tally);
  const { sessions, events } = batch;
  tally.rev = rev;
  tally.clockOffsetMs = offset;
  for (const id of changed) tally.sessions.add(id);
  const isAllNew = changed.size >= sessions.length;
  const isNew = ({ session_id: id }: SentEvent) => changed.has(id);
  tally.events += isAllNew ? events.length : events.filter(isNew).length;
}

/** @returns why the server refuses the data; null if it took them */
async function refusalOf(sending: Sending, batch: Batch, tally: Tally): Promise<string | null> {
  try {
    await send(sending, batch, tally);
    return null;
  } catch (error) {
    if (!isRefusedData(error)) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** Notes a row that the server refuses. */
function refuse(sending: Sending, row: ServerRow | SentEvent, problem: string, tally: Tally): void {
  const seq = Number(row["seq"] ?? 0);
  const sessionId = String(row["session_id"]);
  setRefused(sending.sidecar, sending.name, { sessionId, seq, problem });
  tally.quarantined++;
}

/** Sends events and calls of a session that is there, but those that the server refuses. */
async function sendRows(sending: Sending, batch: Batch, tally: Tally): Promise<void> {
  const [row, second] = [...batch.events, ...batch.usage];
  if (row === undefined) return;
  const problem = await refusalOf(sending, batch, tally);
  if (problem === null) return;
  if (second === undefined) return refuse(sending, row, problem, tally);
  for (const half of halves(batch)) await sendRows(sending, half, tally);
}

/** Sends a session of which the server refuses a row: first without its events, so that a bad one costs only itself. */
async function sendOne(
  sending: Sending,
  session: ServerRow,
  { events, usage, renewed }: Batch,
  tally: Tally,
): Promise<void> {
  const begun = { ...session, last_event: 0, print: `${session["print"]}:0` };
  const problem = await refusalOf(sending, { ...NO_ROWS, sessions: [begun], renewed }, tally);
  if (problem !== null) return refuse(sending, session, problem, tally);
  await sendRows(sending, { ...NO_ROWS, sessions: [], events, usage }, tally);
  await send(sending, { ...NO_ROWS, sessions: [session] }, tally);
}

/** Sends a batch, or all of it but the rows that the server refuses, which are noted. */
export async function sendBatch(sending: Sending, batch: Batch, tally: Tally): Promise<void> {
  if ((await refusalOf(sending, batch, tally)) === null) return;
  const [session, second] = batch.sessions;
  if (session === undefined) return;
  if (second === undefined) return await sendOne(sending, session, batch, tally);
  for (const half of halves(batch)) await sendBatch(sending, half, tally);
}

/** Has the sessions of which the server refused something be sent again, and seen again by readers. */
export async function reopenRefused(sending: Sending): Promise<void> {
  const { remote, sidecar, name, sourceId } = sending;
  const ids = listAsideSessions(sidecar, name);
  if (ids.length === 0) return;
  await remote.transaction((transaction) =>
    transaction.query(sql.REOPEN_SESSIONS, [sourceId, JSON.stringify(ids)]),
  );
  clearAside(sidecar, name);
}

/**
 * Notes in the sidecar what the server has. Whoever dies before has the revision of one push and the server that of
 * another, by which the next one knows to ask what is there.
 */
export function noteSent(sending: Sending, noted: readonly Noted[], { rev }: Tally): void {
  const { sidecar, name } = sending;
  sidecar.transaction(() => {
    for (const { sessionId, ...sent } of noted) setSent(sidecar, name, sessionId, sent);
    if (rev !== null) setKnownRev(sidecar, name, rev);
  })();
}
