import type { Connection } from "../../../store/connection.ts";
import type { Store } from "../../../store/store.ts";
import { dropSession, type StoredRow } from "../../../store/stored-rows.ts";
import { likePattern } from "../../like.ts";
import type { Remote, Transaction } from "../../remote/connect.ts";
import { filterText, isCovered, type PullFilter } from "../filter.ts";
import {
  createReplica,
  forgetHolder,
  goBack,
  holdersOf,
  noteHolder,
  noteSource,
  type PulledEvent,
  type PulledSession,
  pulledRev,
  type RemoteSource,
  setRev,
  storeEvent,
  storeSession,
} from "../sql.ts";
import { type PullStep, planSession } from "./choice.ts";
import * as remoteSql from "./statements.ts";

const SESSIONS_AT_ONCE = 200;
const EVENTS_AT_ONCE = 5000;
const CHARACTERS_AT_ONCE = 4_000_000;

/** What a pull has done. */
export interface PullTally {
  sessions: number;
  events: number;
  deleted: number;
}

/** Pulls the sessions of one source. */
class SourcePull {
  readonly #remote: Remote;
  readonly #store: Store;
  readonly #source: RemoteSource;
  readonly #filter: PullFilter;
  readonly #tally: PullTally;

  constructor(
    remote: Remote,
    store: Store,
    source: RemoteSource,
    filter: PullFilter,
    tally: PullTally,
  ) {
    this.#remote = remote;
    this.#store = store;
    this.#source = source;
    this.#filter = filter;
    this.#tally = tally;
  }

  async run(): Promise<void> {
    const { sourceId, lastRev } = this.#source;
    let rev = await this.#store.write(({ db }) => {
      createReplica(db);
      const pulled = pulledRev(db, sourceId, (before) => isCovered(this.#filter, before));
      // A server that was restored from a backup begins again to count.
      const known = pulled > lastRev ? 0 : pulled;
      noteSource(db, this.#source, filterText(this.#filter));
      setRev(db, sourceId, known);
      return known;
    });
    while (rev < lastRev) {
      const from = rev;
      const page = await this.#remote.transaction((transaction) => this.#page(transaction, from));
      const last = page.sessions.at(-1);
      const isLast = last === undefined || page.sessions.length < SESSIONS_AT_ONCE;
      rev = isLast ? lastRev : Number(last.rev);
      await this.#take(page, rev);
    }
  }

  async #page(transaction: Transaction, rev: number): Promise<Page> {
    const sessions = await this.#sessions(transaction, rev);
    const ids = JSON.stringify(sessions.map((session) => session.session_id));
    const { sourceId } = this.#source;
    const calls = await transaction.query<Call>(remoteSql.PULL_USAGE, [sourceId, ids]);
    return { sessions, calls: Map.groupBy(calls, (call) => call.session_id) };
  }

  async #sessions(transaction: Transaction, rev: number): Promise<PulledSession[]> {
    const { project, since } = this.#filter;
    const like = project === null ? null : likePattern(project);
    const start = since?.toISOString() ?? null;
    const { sourceId } = this.#source;
    return await transaction.query<PulledSession>(remoteSql.PULL_SESSIONS, [
      sourceId,
      rev,
      like,
      start,
      SESSIONS_AT_ONCE,
    ]);
  }

  /** Stores sessions with their events, of which there may be many steps, and only then moves on. */
  async #take(page: Page, rev: number): Promise<void> {
    const wanted = await this.#store.write(({ db }) =>
      page.sessions.flatMap((session) => this.#begin(db, session, page)),
    );
    await this.#takeEvents(wanted);
    await this.#store.write(({ db }) => setRev(db, this.#source.sourceId, rev));
    this.#tally.sessions += wanted.length;
  }

  #begin(db: Connection, session: PulledSession, { calls }: Page): Wanted[] {
    const { session_id: id } = session;
    const step = planSession(session, this.#source, holdersOf(db, id));
    if (step.kind === "drop") this.#drop(db, id, step);
    if (step.kind === "note") this.#note(db, session, null);
    if (step.kind !== "store") return [];
    if (step.replaces !== null) {
      dropSession(db, id);
      noteHolder(db, id, { ...step.replaces, externalId: null, isStored: false });
    }
    const usage = calls.get(id)?.map(toStoredCall) ?? [];
    storeSession(db, this.#source.sourceId, session, usage);
    this.#note(db, session, step.after);
    return [{ session, after: step.after }];
  }

  #drop(db: Connection, id: string, step: Extract<PullStep, { kind: "drop" }>): void {
    forgetHolder(db, this.#source.sourceId, id);
    if (!step.wasStored) return;
    dropSession(db, id);
    this.#tally.deleted++;
    if (step.next !== null) goBack(db, step.next);
  }

  /** @param lastEvent the last of its events that is here, or null if none of its rows is */
  #note(db: Connection, session: PulledSession, lastEvent: number | null): void {
    noteHolder(db, session.session_id, {
      sourceId: this.#source.sourceId,
      rev: Number(session.rev),
      eventCount: session.event_count,
      lastEvent: lastEvent ?? 0,
      externalId: session.external_id,
      isStored: lastEvent !== null,
    });
  }

  async #takeEvents(wanted: readonly Wanted[]): Promise<void> {
    const after = new Map(wanted.map((each) => [each.session.session_id, each]));
    while (after.size > 0) {
      const asked = firstOf(after.values());
      const keys = asked.map(({ session: { session_id, bucket }, after: seq }) => ({
        session_id,
        bucket,
        seq,
      }));
      const events = await this.#remote.transaction((transaction) =>
        transaction.query<PulledEvent>(remoteSql.PULL_EVENTS, [
          this.#source.sourceId,
          JSON.stringify(keys),
          CHARACTERS_AT_ONCE,
          EVENTS_AT_ONCE,
        ]),
      );
      const last = events.at(-1);
      if (last === undefined) {
        for (const { session } of asked) after.delete(session.session_id);
        continue;
      }
      await this.#store.write(({ db }) => {
        for (const event of events) storeEvent(db, this.#source.sourceId, event);
      });
      this.#tally.events += events.length;
      this.#advance(after, events, last);
    }
  }

  /** Events come in the order of their sessions' ids, so what is before the last one's is complete. */
  #advance(after: Map<string, Wanted>, events: readonly PulledEvent[], last: PulledEvent): void {
    for (const event of events) {
      if (event.session_id !== last.session_id) after.delete(event.session_id);
    }
    const wanted = after.get(last.session_id);
    if (wanted !== undefined) after.set(last.session_id, { ...wanted, after: Number(last.seq) });
  }
}

type Call = StoredRow & { readonly session_id: string };

/** Sessions in the order of their revisions, and their calls of models. */
interface Page {
  readonly sessions: readonly PulledSession[];
  readonly calls: ReadonlyMap<string, readonly Call[]>;
}

interface Wanted {
  readonly session: PulledSession;
  /** The last of its events that is here. */
  readonly after: number;
}

/** So many of the sessions as have the events of one step: the server would sort those of all for each step. */
function firstOf(wanted: Iterable<Wanted>): Wanted[] {
  const found: Wanted[] = [];
  let events = 0;
  for (const each of wanted) {
    found.push(each);
    events += each.session.event_count;
    if (events >= EVENTS_AT_ONCE) break;
  }
  return found;
}

/** The server tells large numbers as texts. Numbers that no call has are left out: they would spoil every sum. */
function toStoredCall(call: StoredRow): StoredRow {
  const numbers = Object.entries(call).map(([name, value]) => {
    if (value === null || KEYS.has(name)) return [name, value] as const;
    const number = Number(value);
    return [name, Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : null] as const;
  });
  return Object.fromEntries(numbers);
}

const KEYS: ReadonlySet<string> = new Set(["session_id", "client", "call_id", "model"]);

/** Pulls what is new in these sources. */
export async function pullSources(
  remote: Remote,
  store: Store,
  sources: readonly RemoteSource[],
  filter: PullFilter,
): Promise<PullTally> {
  const tally: PullTally = { sessions: 0, events: 0, deleted: 0 };
  for (const source of sources) await new SourcePull(remote, store, source, filter, tally).run();
  return tally;
}
