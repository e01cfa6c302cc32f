import { storedMs, storedText } from "../../store/rows.ts";
import { findSent, isGone, type Looked, setLook } from "../source/sql.ts";
import { type Batch, BatchBuilder } from "./batch.ts";
import { sentEvents } from "./events.ts";
import { bucketOf, piecesOf, type ServerRow } from "./rows.ts";
import { mayLeave, projectOf, type Release } from "./rules.ts";
import { type Noted, noteSent, type Sending, sendBatch, type Tally } from "./send.ts";
import { findPushed, listCalls, listNextEvents } from "./sql.ts";

/** After so many sessions the server's answers are read. */
const TURN = 10;

/** So many sessions that are as they were are noted at once. */
const LOOKS = 1000;

/** So many sessions that were sent are noted at once: each time, the disk is waited for. */
const SENT = 10_000;

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Sends sessions in batches. */
export class Pusher {
  readonly #sending: Sending;
  readonly #release: Release;
  readonly #builder = new BatchBuilder();
  readonly #noted: Noted[] = [];
  /** What the server has, and the sidecar doesn't know yet. */
  readonly #unnoted: Noted[] = [];
  readonly #looks: (readonly [id: string, looked: Looked])[] = [];
  readonly tally: Tally = {
    sessions: new Set(),
    events: 0,
    quarantined: 0,
    rev: null,
    clockOffsetMs: null,
  };
  skipped = 0;
  /** The batch that was sent last: while the server works on it, the next one is read. */
  #sent: Promise<void> = Promise.resolve();
  #pushed = 0;

  constructor(sending: Sending, release: Release) {
    this.#sending = sending;
    this.#release = release;
  }

  /** Sends what the server lacks of a session, now or with the next ones. */
  async push(rowid: number): Promise<void> {
    const { sidecar, name, sourceId } = this.#sending;
    const row = findPushed(sidecar, rowid);
    if (row === null) return;
    if (++this.#pushed % TURN === 0) await turn();
    if (!mayLeave(row, this.#release)) {
      this.skipped++;
      return;
    }
    const id = storedText(row["id"]);
    const { settings } = this.#release;
    const isTitleOnly = settings.capture === "titles";
    const rules = { sourceId, project: projectOf(row), isTitleOnly };
    const { session, calls, usage, print } = piecesOf(row, listCalls(sidecar, id), rules);
    const sent = findSent(sidecar, name, id);
    const looked: Looked = { look: storedText(row["look"]), isOpen: row["is_open"] === 1 };
    if (sent?.print === print || isGone(sent)) return this.#look(id, looked);
    const last = Number(session["last_event"]);
    const piece = { session, print, usage, looked, last };
    if (sent?.usage !== usage) await this.#addCalls(id, piece, calls, sent?.lastEvent ?? 0);
    await this.#addEvents(id, piece, bucketOf(storedMs(row["started_ms"])), sent?.lastEvent ?? 0);
  }

  #look(id: string, looked: Looked): void {
    this.#looks.push([id, looked]);
    if (this.#looks.length >= LOOKS) this.#noteLooks();
  }

  /** Notes many at once, because each transaction of the sidecar waits for the disk. */
  #noteLooks(): void {
    const { sidecar, name } = this.#sending;
    sidecar.transaction(() => {
      for (const [id, looked] of this.#looks.splice(0)) setLook(sidecar, name, id, looked);
    })();
  }

  /** Sends what is left. */
  async finish(): Promise<void> {
    await this.#send();
    await this.#sent;
  }

  /** Notes what has been done, even if the push fails. */
  note(): void {
    this.#noteLooks();
    this.#noteSent();
  }

  #noteSent(): void {
    if (this.#unnoted.length > 0) noteSent(this.#sending, this.#unnoted.splice(0), this.tally);
  }

  async #deliver(batch: Batch, noted: readonly Noted[]): Promise<void> {
    await sendBatch(this.#sending, batch, this.tally);
    this.#unnoted.push(...noted);
    if (this.#unnoted.length >= SENT) this.#noteSent();
  }

  /** Sends what was collected once the batch before is there. */
  async #send(): Promise<void> {
    if (this.#builder.isEmpty) return;
    const batch = this.#builder.take();
    const noted = this.#noted.splice(0);
    await this.#sent;
    this.#sent = this.#deliver(batch, noted);
    // Whoever awaits it next gets the failure.
    this.#sent.catch(() => undefined);
  }

  async #addCalls(id: string, piece: Piece, calls: readonly ServerRow[], upTo: number) {
    for (const call of calls) {
      if (this.#builder.isFull) await this.#sendPart(id, piece, upTo);
      this.#builder.addUsage(call);
    }
  }

  async #addEvents(id: string, piece: Piece, bucket: string, from: number): Promise<void> {
    const { sidecar } = this.#sending;
    let at = from;
    while (at < piece.last) {
      if (this.#builder.isFull) await this.#sendPart(id, piece, at);
      const rows = listNextEvents(sidecar, id, at, this.#builder.room);
      if (rows.length === 0) break;
      for (const event of sentEvents(rows, bucket)) {
        if (this.#builder.isFull) break;
        at = event.seq;
        if (at > piece.last) break;
        this.#builder.addEvent(event);
      }
    }
    this.#builder.addSession({ ...piece.session, print: piece.print });
    const { print, usage, looked, last } = piece;
    this.#noted.push({ sessionId: id, print, usage, ...looked, lastEvent: last });
    if (this.#builder.isFull) await this.#send();
  }

  /** Sends a session of which more is to come: readers see it again with each part. */
  async #sendPart(id: string, piece: Piece, upTo: number): Promise<void> {
    const print = `${piece.print}:${upTo}`;
    this.#builder.addSession({ ...piece.session, last_event: upTo, print });
    this.#noted.push({ sessionId: id, print, usage: "", look: "", isOpen: true, lastEvent: upTo });
    await this.#send();
  }
}

/** A session that is being sent. */
interface Piece {
  readonly session: ServerRow;
  readonly print: string;
  readonly usage: string;
  readonly looked: Looked;
  /** The highest id of its events. */
  readonly last: number;
}
