import { AGENTS } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import type { HistoryPart } from "../agents/history/model.ts";
import type { Settings } from "../settings/settings.ts";
import { moveToEnd } from "../store/events.ts";
import type { WriteBatch } from "../store/history/batch.ts";
import { eventsOutOfOrder } from "../store/history/events.ts";
import { findToldSession } from "../store/history/sessions.ts";
import { notedTranscripts, noteTranscripts } from "../store/history/transcripts.ts";
import type { Store } from "../store/store.ts";
import type { TranscriptRow } from "../store/tables.ts";
import {
  type Deleted,
  enoughVersions,
  isAsNoted,
  isDeleted,
  usageVersion,
} from "./changes/changes.ts";
import { OutOfTime, TranscriptFiles } from "./files.ts";
import type { FoundSource, KnownSessions, OtherFiles } from "./find.ts";
import { finishSession, mayBeOver } from "./finish.ts";
import { type Resume, resumeOf, stateText, tailOf } from "./resume/resume.ts";
import { preparePart, promptTitle } from "./rows/rows.ts";
import { type Added, type Lookups, type Needs, SessionTake, type Taking } from "./take.ts";

const MOVED_AT_ONCE = 250;
/** Hooks may go on storing meanwhile; what they store last is in order. */
const MOST_ROUNDS = 5;

/** What reading one source has come to. */
export interface Read {
  /** Lines that told nothing. */
  readonly passedOver: number;
  readonly bytes: number;
  /** 1 where another process has read it meanwhile, else 0. */
  readonly shared: number;
}

/** Reads one source and stores what is new in it. */
class SourceTake {
  readonly #ctx: Needs;
  readonly #taking: Taking;
  readonly #files: TranscriptFiles;
  readonly #mark: number;
  readonly #hooked: KnownSessions | null;
  readonly #deleted: Deleted;
  readonly #resume: Resume | null;
  #session: SessionTake | null = null;
  #last: SessionTake | null = null;
  /** Those that the reader has asked for. */
  readonly #wanted = new Set<string>();

  constructor(
    ctx: Needs,
    taking: Taking,
    files: TranscriptFiles,
    before: { readonly mark: number; readonly resume: Resume | null },
    { hooked, deleted }: { readonly hooked: KnownSessions | null; readonly deleted: Deleted },
  ) {
    this.#ctx = ctx;
    this.#taking = taking;
    this.#files = files;
    this.#mark = before.mark;
    this.#resume = before.resume;
    this.#hooked = hooked;
    this.#deleted = deleted;
  }

  async read(): Promise<Read> {
    const { agent, key, files } = this.#taking.source;
    const paths = files.map(({ path }) => path);
    const isWanted = (id: string, changedAt: number) => {
      const wanted = this.#hooked?.has(id) !== false && !this.#isDeletedSince(id, changedAt);
      if (wanted) this.#wanted.add(id);
      return wanted;
    };
    const state = this.#resume === null ? {} : { state: this.#resume.reader };
    const source = { key, paths, mark: this.#mark, isWanted, ...state };
    try {
      for (const part of HISTORIES[agent]?.read(source, this.#files) ?? []) {
        if (part.session.externalId !== "") await this.#part(part);
      }
    } catch (error) {
      // What was told so far is a session, too; the rest is read the next time.
      if (!(error instanceof OutOfTime)) await this.#finish(false);
      throw error;
    }
    await this.#finish(true);
    return { passedOver: this.#files.passedOver, bytes: this.#files.bytes, shared: 0 };
  }

  #isDeletedSince(externalId: string, changedAt: number): boolean {
    return this.#deleted.at(externalId) >= changedAt;
  }

  /** Whether it stays deleted: a file that was read before its session was deleted comes again only if it has changed. */
  #isLeft(externalId: string): boolean {
    const { source } = this.#taking;
    if (this.#wanted.has(externalId) || isDeleted(source, this.#deleted)) return false;
    const modified = source.files.map(({ modifiedMs }) => modifiedMs);
    return this.#isDeletedSince(externalId, Math.max(...modified));
  }

  async #part(part: HistoryPart): Promise<void> {
    if (this.#isLeft(part.session.externalId)) return;
    if (this.#session?.externalId !== part.session.externalId) await this.#finish(false);
    this.#session ??= new SessionTake(
      this.#ctx,
      this.#taking,
      part.session,
      this.#resume?.session ?? null,
    );
    const { source, settings } = this.#taking;
    const take = this.#session;
    take.session = part.session;
    take.title = promptTitle(part, settings.capture, take.title);
    await take.part(preparePart(source.agent, part, settings.capture));
  }

  /** @param isLast whether the source has no other session */
  async #finish(isLast: boolean): Promise<void> {
    const take = this.#session;
    this.#session = null;
    const { store, batch, source, usageOnly } = this.#taking;
    // What only waits to be stored has no id yet.
    if (take === null || (take.id === null && !usageOnly)) {
      const rows = isLast ? this.#rows() : [];
      if (isLast) await batch.add(1, ({ db }) => noteTranscripts(db, rows));
      return;
    }
    this.#last = take;
    const { agentId } = AGENTS[source.agent];
    // To open another connection takes longer than all that is to be done.
    const told = await store.withWriter((db) => findToldSession(db, agentId, take.externalId));
    const mayEnd = await mayBeOver(this.#ctx, told);
    const now = this.#ctx.now().getTime();
    const rows = isLast ? this.#rows() : [];
    const isShared = this.#files.marked > 0;
    await batch.add(1, ({ db }) => {
      const { id } = take;
      if (id !== null) finishSession(db, take, this.#taking, { now, mayEnd });
      noteTranscripts(db, isShared ? rows : rows.map((row) => ({ ...row, session_id: id })));
    });
    await this.#order(take);
  }

  async #order({ id }: SessionTake): Promise<void> {
    const { store, usageOnly } = this.#taking;
    if (id === null || usageOnly) return;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const ids = await store.withWriter((db) => eventsOutOfOrder(db, id));
      if (ids.length === 0) return;
      for (let at = 0; at < ids.length; at += MOVED_AT_ONCE) {
        await store.write(({ db }) => moveToEnd(db, ids.slice(at, at + MOVED_AT_ONCE)));
      }
    }
  }

  /** How the files were before they were read, to be noted: what has come since is read the next time. */
  #rows(): TranscriptRow[] {
    const { agent, key, files } = this.#taking.source;
    const isShared = this.#files.marked > 0;
    const parent = isShared ? null : this.#parent();
    if (parent !== null) this.#taking.lookups.awaited.add(parent);
    // Of several sessions some are still to be read.
    if (isShared && this.#hooked !== null) return [];
    const state = isShared ? null : this.#state();
    const common = {
      client: agent,
      source: key,
      session_id: isShared ? null : (this.#last?.id ?? null),
      parent,
      version: this.#taking.version,
      mark: Math.max(this.#mark, this.#files.marked),
    };
    const before = this.#resume === null ? undefined : this.#taking.noted.get(files[0]?.path ?? "");
    const passedOver = this.#files.passedOver + (before?.passed_over ?? 0);
    return files.map(({ path, inode, size, modifiedMs }, nth) => {
      const taken = state === null ? 0 : this.#files.nextIn(path);
      return {
        ...common,
        path,
        inode,
        size,
        modified_ms: modifiedMs,
        taken,
        tail: state === null ? null : tailOf(path, taken),
        state: nth === 0 ? state : null,
        passed_over: nth === 0 ? passedOver : 0,
      };
    });
  }

  /** The agent's id of the session that this one was forked from, which only the beginning may tell. */
  #parent(): string | null {
    const { source, noted } = this.#taking;
    const known = this.#resume === null ? undefined : noted.get(source.files[0]?.path ?? "");
    return this.#last?.session.parent ?? known?.parent ?? null;
  }

  #state(): string | null {
    const { remembered } = this.#files;
    const session = this.#last?.kept ?? null;
    return remembered === null || session === null ? null : stateText(remembered, session);
  }
}

/** Reads one source and stores what is new in it, unless another process has done so since it was found to have changed. */
export async function takeSource(
  ctx: Needs,
  store: Store,
  source: FoundSource,
  options: {
    readonly settings: Settings;
    readonly others: OtherFiles;
    /** Whether what was noted of its files counts; else all of it is read. */
    readonly isNoted: boolean;
    readonly deleted: Deleted;
    readonly hooked: KnownSessions | null;
    readonly added: Added;
    readonly lookups: Lookups;
    readonly batch: WriteBatch;
    /** Whether no more than the usage of calls is wanted. */
    readonly usageOnly: boolean;
    /** Stops by an error when there is no time left. */
    readonly check: () => void;
  },
): Promise<Read> {
  const { others, isNoted, deleted, hooked, added, lookups, batch, check } = options;
  check();
  const paths = source.files.map(({ path }) => path);
  const noted = isNoted
    ? await store.withWriter((db) => notedTranscripts(db, paths))
    : new Map<string, TranscriptRow>();
  const whole = HISTORIES[source.agent]?.version ?? 0;
  const isGone = isDeleted(source, deleted);
  const enough = enoughVersions(whole, options.usageOnly);
  if (!isGone && isAsNoted(source, noted, enough)) return { passedOver: 0, bytes: 0, shared: 1 };
  // A session that was read whole stays whole.
  const usageOnly = options.usageOnly && ![...noted.values()].some((row) => row.version > 0);
  const version = usageOnly ? usageVersion(whole) : whole;
  const settings = usageOnly ? { ...options.settings, capture: "none" as const } : options.settings;
  const resume = isGone ? null : resumeOf(source, noted, version);
  const files = new TranscriptFiles(ctx.now().getTime(), others, resume?.from, check);
  files.wantsEvents = !usageOnly;
  files.wantsOutput = settings.capture === "full";
  const marks = [...noted.values()].map((row) => (row.version === version ? row.mark : 0));
  const taking = { source, store, batch, settings, added, lookups, noted, version, usageOnly };
  const before = { mark: Math.max(0, ...marks), resume };
  return await new SourceTake(ctx, taking, files, before, { hooked, deleted }).read();
}
