import type { AgentName } from "../agents/agents.ts";
import { AGENTS } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import type { HistoryPart } from "../agents/history/model.ts";
import type { Settings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { eventsOutOfOrder, moveToEnd } from "../store/history/events.ts";
import { findToldSession } from "../store/history/sessions.ts";
import {
  deletedTranscripts,
  noteTranscript,
  readTranscripts,
} from "../store/history/transcripts.ts";
import type { Store } from "../store/store.ts";
import type { TranscriptRow } from "../store/tables.ts";
import { TranscriptFiles } from "./files.ts";
import { type FoundSource, type KnownSessions, namesOf } from "./find.ts";
import { finishSession, mayBeOver } from "./finish.ts";
import {
  type Added,
  type Lookups,
  type Needs,
  preparePart,
  SessionTake,
  type Taking,
} from "./take.ts";

const MOVED_AT_ONCE = 250;
/** Hooks may go on storing meanwhile; what they store last is in order. */
const MOST_ROUNDS = 5;

/** The sources of an agent that have changed since they were read, and those that haven't. */
export interface Changed {
  readonly sources: readonly FoundSource[];
  readonly unchanged: number;
  /** What was noted of each file. */
  readonly noted: ReadonlyMap<string, TranscriptRow>;
}

function isAsNoted(
  { files }: FoundSource,
  noted: ReadonlyMap<string, TranscriptRow>,
  version: number | null,
): boolean {
  return files.every(({ path, inode, size, modifiedMs }) => {
    const row = noted.get(path);
    if (row === undefined || row.size !== size) return false;
    if (row.inode !== inode || row.modified_ms !== modifiedMs) return false;
    return version === null || row.version === version;
  });
}

/** Which sources have something new. What was deleted here stays deleted until its agent goes on with it. */
export async function changedSources(
  store: Store,
  agent: AgentName,
  found: readonly FoundSource[],
): Promise<Changed> {
  const { noted, deleted } = (await store.read(({ db }) => ({
    noted: readTranscripts(db, agent),
    deleted: deletedTranscripts(db, agent),
  }))) ?? { noted: new Map<string, TranscriptRow>(), deleted: new Set<string>() };
  const version = HISTORIES[agent]?.version ?? 0;
  const isKnown = (source: FoundSource) => {
    const isDeleted = source.files.some(({ path }) => deleted.has(path));
    return isAsNoted(source, noted, isDeleted ? null : version);
  };
  const sources = found.filter((source) => !isKnown(source));
  return { sources, unchanged: found.length - sources.length, noted };
}

/** What reading one source has come to. */
export interface Read {
  /** Lines that told nothing. */
  readonly passedOver: number;
  readonly bytes: number;
}

/** Reads one source and stores what is new in it. */
class SourceTake {
  readonly #ctx: Needs;
  readonly #taking: Taking;
  readonly #files: TranscriptFiles;
  readonly #mark: number;
  readonly #hooked: KnownSessions | null;
  #session: SessionTake | null = null;
  #last: SessionTake | null = null;

  constructor(
    ctx: Needs,
    taking: Taking,
    files: TranscriptFiles,
    mark: number,
    hooked: KnownSessions | null,
  ) {
    this.#ctx = ctx;
    this.#taking = taking;
    this.#files = files;
    this.#mark = mark;
    this.#hooked = hooked;
  }

  async read(): Promise<Read> {
    const { agent, key, files } = this.#taking.source;
    const paths = files.map(({ path }) => path);
    const wanted = this.#hooked === null ? {} : { isWanted: this.#hooked.has };
    const source = { key, paths, mark: this.#mark, ...wanted };
    for (const part of HISTORIES[agent]?.read(source, this.#files) ?? []) {
      if (part.session.externalId !== "") await this.#part(part);
    }
    await this.#finish(true);
    return { passedOver: this.#files.passedOver, bytes: this.#files.bytes };
  }

  async #part(part: HistoryPart): Promise<void> {
    if (this.#session?.externalId !== part.session.externalId) await this.#finish(false);
    this.#session ??= new SessionTake(this.#ctx, this.#taking, part.session);
    this.#session.session = part.session;
    await this.#session.part(preparePart(this.#session, this.#taking, part));
  }

  /** @param isLast whether the source has no other session */
  async #finish(isLast: boolean): Promise<void> {
    const take = this.#session;
    this.#session = null;
    if (take === null || take.id === null) {
      if (isLast) await this.#taking.store.write(({ db }) => this.#note(db));
      return;
    }
    this.#last = take;
    const { store, source } = this.#taking;
    const { agentId } = AGENTS[source.agent];
    // To open another connection takes longer than all that is to be done.
    const told = await store.withWriter((db) => findToldSession(db, agentId, take.externalId));
    const mayEnd = await mayBeOver(this.#ctx, told);
    const now = this.#ctx.now().getTime();
    await store.write(({ db }) => {
      finishSession(db, take, this.#taking, { now, mayEnd });
      if (isLast) this.#note(db);
    });
    await this.#order(take.id);
  }

  async #order(id: string): Promise<void> {
    const { store } = this.#taking;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const ids = await store.withWriter((db) => eventsOutOfOrder(db, id));
      if (ids.length === 0) return;
      for (let at = 0; at < ids.length; at += MOVED_AT_ONCE) {
        await store.write(({ db }) => moveToEnd(db, ids.slice(at, at + MOVED_AT_ONCE)));
      }
    }
  }

  /** Notes how the files were before they were read: what has come since is read the next time. */
  #note(db: Connection): void {
    const { source } = this.#taking;
    const { agent, key, files } = source;
    const isShared = this.#files.marked > 0;
    const parent = isShared ? null : (this.#last?.session.parent ?? null);
    if (parent !== null) this.#taking.lookups.awaited.add(parent);
    // Of several sessions some are still to be read.
    if (isShared && this.#hooked !== null) return;
    for (const { path, inode, size, modifiedMs } of files) {
      noteTranscript(db, {
        path,
        client: agent,
        source: key,
        session_id: isShared ? null : (this.#last?.id ?? null),
        parent,
        inode,
        size,
        modified_ms: modifiedMs,
        version: HISTORIES[agent]?.version ?? 0,
        mark: Math.max(this.#mark, this.#files.marked),
        passed_over: this.#files.passedOver,
      });
    }
  }
}

/** Reads one source and stores what is new in it. */
export async function takeSource(
  ctx: Needs,
  store: Store,
  source: FoundSource,
  options: {
    readonly settings: Settings;
    readonly all: readonly FoundSource[];
    readonly noted: ReadonlyMap<string, TranscriptRow>;
    readonly hooked: KnownSessions | null;
    readonly added: Added;
    readonly lookups: Lookups;
  },
): Promise<Read> {
  const { settings, all, noted, hooked, added, lookups } = options;
  const files = new TranscriptFiles(ctx.now().getTime(), namesOf(all));
  const version = HISTORIES[source.agent]?.version ?? 0;
  const rows = source.files.map(({ path }) => noted.get(path));
  const marks = rows.map((row) => (row?.version === version ? row.mark : 0));
  const taking = { source, store, settings, added, lookups };
  return await new SourceTake(ctx, taking, files, Math.max(0, ...marks), hooked).read();
}
