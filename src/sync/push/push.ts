import { storedText } from "../../store/rows.ts";
import { partialPrint, printText } from "../print.ts";
import { type Looked, setLook } from "../source/sent.ts";
import { type Batch, BatchBuilder } from "./batch.ts";
import { type Compared, compareSession } from "./compare.ts";
import { sentEvents } from "./events.ts";
import { eventsPrint } from "./rows.ts";
import { mayLeave, type Release } from "./rules.ts";
import { type Noted, noteSent, sendBatch } from "./send.ts";
import type { Sending, Tally } from "./sending.ts";
import { eventsLook, findPushed, nextEvents } from "./sql.ts";
import { END, READ } from "./statements.ts";

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
    mayCopy: null,
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
    const { sidecar, name, sourceId, rev } = this.#sending;
    if (++this.#pushed % TURN === 0) {
      this.#endReading();
      await turn();
    }
    this.#beginReading();
    const row = findPushed(sidecar, rowid);
    if (row === null) return;
    if (!mayLeave(row, this.#release)) {
      this.skipped++;
      return;
    }
    const compared = compareSession(row, {
      sidecar,
      name,
      sourceId,
      nextRev: Math.max(rev, this.tally.rev ?? 0) + 1,
      isTitleOnly: this.#release.settings.capture === "titles",
    });
    const look = `${storedText(row["events"])}#${storedText(row["look"])}`;
    const looked: Looked = { look, isOpen: row["is_open"] === 1 };
    if (compared.isThere) return void this.#looks.push([compared.id, looked]);
    const piece = { ...compared, looked };
    this.#renew(piece);
    await this.#addCalls(piece);
    await this.#addEvents(piece);
  }

  #renew({ session, renewsEvents, renewsCalls }: Piece): void {
    const id = String(session["session_id"]);
    if (renewsEvents) this.#builder.renew("events", id);
    if (renewsCalls) this.#builder.renew("usage", id);
  }

  /** Each statement by itself would lock both files, which takes longer than most of them. */
  #beginReading(): void {
    const { sidecar } = this.#sending;
    if (!sidecar.inTransaction) sidecar.run(READ);
  }

  /** Whoever waits reads nothing: the log of the database couldn't be folded. */
  #endReading(): void {
    const { sidecar } = this.#sending;
    if (sidecar.inTransaction) sidecar.run(END);
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
    this.#endReading();
    await this.#sent;
  }

  /** Notes what has been done, even if the push fails. */
  note(): void {
    this.#endReading();
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
    this.#endReading();
    await this.#sent;
    this.#sent = this.#deliver(batch, noted);
    // Whoever awaits it next gets the failure.
    this.#sent.catch(() => undefined);
  }

  async #addCalls(piece: Piece): Promise<void> {
    for (const call of piece.calls) {
      if (this.#builder.isFull) await this.#sendPart(piece, piece.from);
      this.#builder.addUsage(call);
    }
  }

  async #addEvents(piece: Piece): Promise<void> {
    const { id, print, usage, looked, last } = piece;
    let at = piece.from;
    while (at < last) {
      if (this.#builder.isFull) await this.#sendPart(piece, at);
      const rows = nextEvents(this.#sending.sidecar, id, at, this.#builder.room);
      const before = at;
      for (const event of sentEvents(id, rows, piece.bucket)) {
        if (this.#builder.isFull) break;
        at = event.seq;
        if (at > last) break;
        this.#builder.addEvent(event);
      }
      if (at === before) break;
    }
    const text = printText(print);
    this.#builder.addSession({ ...piece.session, print: text }, piece.isNew);
    this.#noted.push({ sessionId: id, print: text, usage, ...looked, lastEvent: last });
    if (this.#builder.isFull) await this.#send();
  }

  /** Sends a session of which more is to come: readers see it again with each part. */
  async #sendPart(piece: Piece, upTo: number): Promise<void> {
    const { id, session, bucket, print: whole, isNew } = piece;
    const events = eventsPrint(bucket, eventsLook(this.#sending.sidecar, id, upTo));
    const print = partialPrint(whole, events, upTo);
    this.#builder.addSession({ ...session, last_event: upTo, print }, isNew);
    this.#noted.push({ sessionId: id, print, usage: "", look: "", isOpen: true, lastEvent: upTo });
    await this.#send();
  }
}

/** A session that is being sent. */
interface Piece extends Compared {
  readonly looked: Looked;
}
