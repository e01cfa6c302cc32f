import { AGENTS } from "../agents/agents.ts";
import type { HistorySession } from "../agents/history/model.ts";
import type { Context } from "../context.ts";
import { type PromptTitle, safeId } from "../record/content.ts";
import type { Settings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { lastEventId } from "../store/events.ts";
import type { WriteBatch } from "../store/history/batch.ts";
import {
  appendTold,
  completeEvent,
  deleteEvents,
  type StoredEvent,
  storedEventsAfter,
  type ToldEvent,
} from "../store/history/events.ts";
import { adoptForks, findToldSession, setParent } from "../store/history/sessions.ts";
import { storeCalls } from "../store/history/usage.ts";
import { BY_HAND, createSession } from "../store/sessions.ts";
import type { Store, View } from "../store/store.ts";
import type { TranscriptRow } from "../store/tables.ts";
import { deriveNamespace } from "../text/names.ts";
import { toTimestamp } from "../text/time.ts";
import { settleCopies } from "./copies.ts";
import type { FoundSource } from "./find.ts";
import { type Merged, StoredEvents } from "./match.ts";
import { identityOf } from "./rows/content.ts";
import type { PreparedPart } from "./rows/rows.ts";

/** So many events are stored in one transaction; hooks wait for no longer than it takes. */
const EVENTS_AT_ONCE = 400;
/** The pause between two transactions, so that a hook gets the lock. */
const PAUSE_MS = 4;

const NOTHING: Merged = { append: [], complete: [] };

export type Needs = Pick<Context, "newId" | "now" | "agentProcesses">;

/** What one pass has added. */
export interface Added {
  sessions: number;
  events: number;
}

/** What a source's sessions are stored with. */
export interface Taking {
  readonly source: FoundSource;
  readonly store: Store;
  readonly batch: WriteBatch;
  /** Whether no more than the usage of calls is read. */
  readonly usageOnly: boolean;
  readonly settings: Settings;
  readonly added: Added;
  readonly lookups: Lookups;
  /** Of the rules, as it is noted. */
  readonly version: number;
  /** What was noted of files when they were last read. */
  readonly noted: ReadonlyMap<string, TranscriptRow>;
}

/** What was found out for one session and is the same for the next. */
export class Lookups {
  /** The agent's ids of parents that weren't stored when a fork of theirs was. */
  readonly awaited: Set<string>;

  constructor(parents: readonly string[]) {
    this.awaited = new Set(parents);
  }
}

/** What is known of a session after one pass, for the next one that goes on from there. */
interface KeptSession {
  readonly copiedFrom: string | null;
  readonly first: number | null;
  readonly last: number | null;
}

/** A session whose transcript is being read. */
export class SessionTake {
  readonly #ctx: Needs;
  readonly #taking: Taking;
  readonly #stored = new StoredEvents();
  readonly externalId: string;
  /** Its id here; null until something of it is stored. */
  id: string | null = null;
  session: HistorySession;
  title: PromptTitle | null = null;
  /** The session that it was copied from, by its id here. */
  copiedFrom: string | null = null;
  first: number | null = null;
  last: number | null = null;
  /** Whether anything has been added or completed. */
  isChanged = false;
  /** Whether events were deleted that turned out to be copies. */
  hasDropped = false;

  constructor(ctx: Needs, taking: Taking, session: HistorySession, kept: object | null) {
    this.#ctx = ctx;
    this.#taking = taking;
    this.externalId = session.externalId;
    this.session = session;
    if (kept === null) return;
    const { copiedFrom, first, last } = kept as KeptSession;
    Object.assign(this, { copiedFrom, first, last });
  }

  /** For the next pass; null where that must read everything again. */
  get kept(): KeptSession | null {
    const { copiedFrom, first, last } = this;
    return this.hasDropped ? null : { copiedFrom, first, last };
  }

  /** Stores a part of the session, in transactions that are short. */
  async part(part: PreparedPart): Promise<void> {
    const { store, batch, usageOnly } = this.#taking;
    if (usageOnly) {
      await batch.add(part.calls.length, (view) => void this.#begin(view, part));
      return;
    }
    await batch.flush();
    if (this.#stored.last === 0) await store.withWriter((db) => this.#look(db));
    let merged = await store.write((view) => this.#begin(view, part));
    while (merged.append.length + merged.complete.length > 0) {
      await Bun.sleep(PAUSE_MS);
      const rest = merged;
      merged = await store.write((view) => this.#continue(view, rest));
    }
  }

  /** Many events may be stored already; nobody waits while they are read. */
  #look(db: Connection): void {
    const { agentId } = AGENTS[this.#taking.source.agent];
    const stored = findToldSession(db, agentId, this.externalId);
    // What turns out to be a copy is deleted.
    if (stored === null || this.session.copied.length > 0) return;
    this.#stored.add(storedEventsAfter(db, stored.id, 0));
  }

  #begin(view: View, part: PreparedPart): Merged {
    const { usageOnly, source } = this.#taking;
    const { agent } = source;
    this.id = findToldSession(view.db, AGENTS[agent].agentId, this.externalId)?.id ?? this.id;
    const settled = settleCopies(view.db, { agent, usageOnly }, this.id, part, () =>
      this.#made(view, part),
    );
    this.copiedFrom ??= settled.parent;
    if (settled.events.length + settled.calls.length === 0) return NOTHING;
    const id = this.#made(view, settled);
    this.#spans(settled);
    storeCalls(
      view.db,
      settled.calls.map((call) => ({ ...call, session_id: id })),
    );
    if (usageOnly) return NOTHING;
    this.#stored.add(this.#withoutCopies(view, storedEventsAfter(view.db, id, this.#stored.last)));
    return this.#continue(view, this.#stored.merge(settled.events));
  }

  #continue({ db }: View, { append, complete }: Merged): Merged {
    const id = this.id ?? "";
    const missing = this.#missing(db, append);
    const now = missing.slice(0, EVENTS_AT_ONCE);
    const completed = complete.slice(0, EVENTS_AT_ONCE);
    for (const event of now) appendTold(db, id, event);
    for (const completion of completed) completeEvent(db, completion);
    // What is stored from now on is what others store.
    if (now.length > 0) this.#stored.last = lastEventId(db);
    this.#taking.added.events += now.length;
    this.isChanged ||= now.length + completed.length > 0;
    return { append: missing.slice(EVENTS_AT_ONCE), complete: complete.slice(EVENTS_AT_ONCE) };
  }

  /** A file that was cut within the copy of its parent's lines looked like a session of its own. */
  #withoutCopies({ db }: View, rows: readonly StoredEvent[]): readonly StoredEvent[] {
    const copied = new Set(this.session.copied.map(safeId));
    const isCopy = (row: StoredEvent) => row.isHooked !== 1 && copied.has(identityOf(row));
    const copies = copied.size === 0 ? [] : rows.filter(isCopy);
    if (copies.length === 0) return rows;
    deleteEvents(
      db,
      copies.map(({ id }) => id),
    );
    this.hasDropped = true;
    return rows.filter((row) => !isCopy(row));
  }

  /** What nobody has stored meanwhile: a hook, or another pass. */
  #missing(db: Connection, events: readonly ToldEvent[]): readonly ToldEvent[] {
    const fresh = storedEventsAfter(db, this.id ?? "", this.#stored.last);
    if (fresh.length === 0) return events;
    this.#stored.add(fresh);
    const stored = new Set(fresh.map(identityOf));
    return events.filter((event) => !stored.has(identityOf(event)));
  }

  /** The session's id; it is made if it isn't stored yet. */
  #made(view: View, part: PreparedPart): string {
    if (this.id !== null) return this.id;
    const { agent } = this.#taking.source;
    const { agentId } = AGENTS[agent];
    const id = this.#ctx.newId();
    const times = timesOf(part);
    const at = Math.min(...times);
    createSession(view.db, {
      ...BY_HAND,
      id,
      agentId,
      agent,
      externalId: this.externalId,
      namespace: deriveNamespace(agentId),
      startedAt: toTimestamp(new Date(at)),
      at,
      title: this.title?.text ?? null,
      titleFrom: this.title?.from ?? null,
    });
    if (this.#taking.lookups.awaited.has(this.externalId)) {
      adoptForks(view.db, id, agent, this.externalId);
    }
    if (this.copiedFrom !== null) setParent(view.db, id, this.copiedFrom);
    this.#taking.added.sessions++;
    this.isChanged = true;
    this.id = id;
    return id;
  }

  #spans(part: PreparedPart): void {
    const times = timesOf(part);
    this.first = Math.min(this.first ?? Number.POSITIVE_INFINITY, ...times);
    this.last = Math.max(this.last ?? 0, ...times);
  }
}

function timesOf({ events, calls }: PreparedPart): number[] {
  return [...events.map(({ told }) => told.at), ...calls.map(({ at_ms }) => at_ms)];
}
