import { HISTORIES } from "../agents/histories.ts";
import type { HistoryPart } from "../agents/history/model.ts";
import type { Settings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import type { WriteBatch } from "../store/history/batch.ts";
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
import { notesOf } from "./resume/notes.ts";
import { type Resume, resumeOf } from "./resume/resume.ts";
import { preparePart, promptTitle } from "./rows/rows.ts";
import { CallsTake } from "./session/calls-take.ts";
import { finishSession } from "./session/finish.ts";
import type { Added, Lookups, Needs, SessionTake, Taking } from "./session/take.ts";
import { WholeTake } from "./session/whole-take.ts";

/** What reading one source has come to. */
export interface Read {
  /** Lines that told nothing. */
  readonly passedOver: number;
  readonly bytes: number;
  /** 1 where another process has read it meanwhile, else 0. */
  readonly shared: number;
}

/** How much of a session is stored. */
type SessionKind = typeof CallsTake | typeof WholeTake;

/** Reads one source and stores what is new in it. */
class SourceTake {
  readonly #ctx: Needs;
  readonly #taking: Taking;
  readonly #kind: SessionKind;
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
    kind: SessionKind,
    files: TranscriptFiles,
    before: { readonly mark: number; readonly resume: Resume | null },
    { hooked, deleted }: { readonly hooked: KnownSessions | null; readonly deleted: Deleted },
  ) {
    this.#ctx = ctx;
    this.#taking = taking;
    this.#kind = kind;
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
      if (this.#session !== null) this.#session.isCut = true;
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
    const kept = this.#resume?.session ?? null;
    this.#session ??= new this.#kind(this.#ctx, this.#taking, part.session, kept);
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
    this.#last = take ?? this.#last;
    const notes = isLast ? this.#notes() : null;
    const note = (db: Connection) => {
      const rows = notes?.() ?? [];
      const { awaited } = this.#taking.lookups;
      for (const { parent } of rows) if (parent !== null) awaited.add(parent);
      noteTranscripts(db, rows);
    };
    if (take !== null) await finishSession(this.#ctx, this.#taking, take, note);
    else if (isLast) await this.#taking.batch.add(this.#taking.source.key, 1, ({ db }) => note(db));
  }

  #notes(): (() => TranscriptRow[]) | null {
    // Of several sessions some are still to be read.
    if (this.#files.marked > 0 && this.#hooked !== null) return null;
    const reading = { mark: this.#mark, isResumed: this.#resume !== null };
    return notesOf(this.#taking, this.#files, this.#last, reading);
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
  const from = ctx.now().getTime();
  const files = new TranscriptFiles(from, others, resume?.from, check);
  files.wantsEvents = !usageOnly;
  files.wantsOutput = settings.capture === "full";
  // A mark of the future tells nothing: earlier versions noted what a wrong clock had dated.
  const marks = [...noted.values()]
    .filter((row) => row.version === version && row.mark <= from)
    .map(({ mark }) => mark);
  const taking = { source, store, batch, settings, added, lookups, noted, version, from };
  const kind = usageOnly ? CallsTake : WholeTake;
  const before = { mark: Math.max(0, ...marks), resume };
  return await new SourceTake(ctx, taking, kind, files, before, { hooked, deleted }).read();
}
