import { isRefusedData } from "../remote/faults.ts";
import {
  clearAside,
  type Looked,
  listAsideSessions,
  type Sent,
  setRefused,
  setSent,
} from "../source/sent.ts";
import { setKnownRev } from "../source/sql.ts";
import { type Batch, halves, NO_ROWS } from "./batch.ts";
import { commitBatch } from "./commit/commit.ts";
import { REOPEN_SESSIONS } from "./commit/statements.ts";
import type { SentEvent } from "./events.ts";
import type { ServerRow } from "./rows.ts";
import type { Sending, Tally } from "./sending.ts";

/** What the sidecar is to note of a session once its batch is committed. */
export interface Noted extends Sent, Looked {
  readonly sessionId: string;
}

/** Sends a batch. @throws the server's error */
async function send(sending: Sending, batch: Batch, tally: Tally): Promise<void> {
  const { rev, offset, changed } = await commitBatch(sending, batch, tally);
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
    transaction.query(REOPEN_SESSIONS, [sourceId, JSON.stringify(ids)]),
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
