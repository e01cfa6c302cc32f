import { basename } from "node:path";
import { toolKind } from "../agents/tool-kind.ts";
import type { Context } from "../context.ts";
import type { Connection } from "../store/connection.ts";
import { type Line, ownerOf, type ToldEdit } from "./owner.ts";
import type { FilePlace } from "./place.ts";
import { type FileEvent, fileEvents, sessionsBetween, type WorkingSession } from "./sql.ts";
import { Transcripts } from "./told.ts";
import { FileNames } from "./trees/file-names.ts";

/** A commit is written within this time after its second has begun, and hooks' clocks are the same. */
export const SLACK_MS = 2000;
/** So many sessions are looked at where the line may be older than the commit before. */
const MAX_EARLIER = 8;

/** When a line can have been written, in milliseconds since 1970. `latest` is later than `to` if commits were rewritten. */
interface Period {
  readonly from: number;
  readonly to: number;
  readonly latest: number;
}

/** The session behind a line, and its change. */
interface Found {
  readonly how: "certain" | "likely" | "maybe";
  readonly session: WorkingSession;
  readonly change: Pick<ToldEdit, "at" | "prompt" | "said"> & { readonly tool: string | null };
}

/** A session, with its changes of the file by its transcript, if there is one, and by its events. */
interface Worker {
  readonly session: WorkingSession;
  /** Null without a transcript. */
  readonly edits: readonly ToldEdit[] | null;
  readonly events: readonly FileEvent[];
}

/** What sessions changed in one file. Transcripts are read when they are asked for. */
export class FileChanges {
  readonly #transcripts: Transcripts;
  readonly #db: Connection;
  readonly #place: FilePlace;
  readonly #names: readonly string[];
  readonly #named: FileNames;
  readonly #workers = new Map<string, Worker>();
  /** Those of the time that was asked about last: the lines of a commit have one in common. */
  #between: (Pick<Period, "from" | "latest"> & { readonly workers: readonly Worker[] }) | null =
    null;
  #others = 0;
  #seen: readonly ToldEdit[] = [];

  /** @param names what the file was called */
  constructor(
    ctx: Pick<Context, "env" | "now">,
    db: Connection,
    place: FilePlace,
    names: readonly string[],
  ) {
    this.#transcripts = new Transcripts(ctx.env, ctx.now().getTime());
    this.#db = db;
    this.#place = place;
    this.#names = names;
    this.#named = new FileNames(db, place, names);
  }

  /** How many sessions changed the file in the time that was asked about, but not the line. */
  others(): number {
    return this.#others;
  }

  /** Whether an edit that was looked at wrote such a line. */
  wrote(text: string): boolean {
    return this.#seen.some(({ now }) => now.includes(text));
  }

  #isMeant(session: WorkingSession, { file, now }: ToldEdit): boolean {
    if (file !== null) return this.#named.has(session, file);
    return this.#names.some((name) => now.some((line) => line.includes(basename(name))));
  }

  #worker(session: WorkingSession): Worker {
    const known = this.#workers.get(session.id);
    if (known !== undefined) return known;
    const events = this.#events(session);
    const edits = this.#transcripts.edits(session, (edit) => this.#isMeant(session, edit));
    const worker = { session, events, edits };
    this.#workers.set(session.id, worker);
    return worker;
  }

  #events(session: WorkingSession): FileEvent[] {
    const bases = [...new Set(this.#names.map((name) => basename(name)))];
    return bases
      .flatMap((name) => fileEvents(this.#db, session.id, name))
      .filter(({ path }) => this.#named.has(session, path));
  }

  /** The sessions of the project, and those of its neighbours that touched the file. */
  #sessions(from: number, to: number): WorkingSession[] {
    const { project, neighbours } = this.#place;
    const others = sessionsBetween(this.#db, neighbours, from, to);
    return [
      ...sessionsBetween(this.#db, project, from, to),
      ...others.filter((session) => this.#events(session).length > 0),
    ];
  }

  #owner(workers: readonly Worker[], line: Line, from: number, to: number) {
    this.#seen = workers
      .flatMap(({ edits }) => edits ?? [])
      .filter(({ at }) => at >= from && at <= to + SLACK_MS)
      .sort((a, b) => a.at - b.at);
    return ownerOf(this.#seen, line);
  }

  /** The last that changed the file and left no transcript. */
  #last(workers: readonly Worker[], { from, to }: Period): Found | null {
    const changes = workers.flatMap(({ session, events, edits }) =>
      edits !== null
        ? []
        : events
            .filter(({ failed, tool }) => !failed && toolKind(tool) === "edit")
            .filter(({ at }) => at >= from && at <= to + SLACK_MS)
            .map(({ at, tool }) => ({ session, at, tool })),
    );
    const last = changes.sort((a, b) => a.at - b.at).at(-1);
    if (last === undefined) return null;
    const { session, at, tool } = last;
    return { how: "likely", session, change: { at, tool, prompt: null, said: null } };
  }

  /** A line that may have been written before the commit before, and committed later. */
  #earlier(line: Line, { from, to }: Period): Found | null {
    if (!line.isUnique || !/[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(line.text) || from === 0) return null;
    const sessions = this.#sessions(0, to);
    const workers = sessions
      .filter(({ id }) => {
        const names = this.#names.map((name) => basename(name));
        return names.some((name) => fileEvents(this.#db, id, name).length > 0);
      })
      .slice(0, MAX_EARLIER)
      .map((session) => this.#worker(session));
    const owner = this.#owner(workers, line, 0, to);
    return owner === null ? null : this.#found(workers, owner.edit, "maybe");
  }

  #found(workers: readonly Worker[], edit: ToldEdit, how: Found["how"]): Found | null {
    const worker = workers.find(({ session }) => session.id === edit.session);
    return worker === undefined ? null : { how, session: worker.session, change: edit };
  }

  #workersIn({ from, latest }: Period): readonly Worker[] {
    const known = this.#between;
    if (known?.from === from && known.latest === latest) return known.workers;
    const workers = this.#sessions(from, latest).map((session) => this.#worker(session));
    this.#between = { from, latest, workers };
    return workers;
  }

  /** The session whose transcript has an edit of that time that wrote a line; null if none has. */
  inTime(line: Line, period: Period): Found | null {
    const { from, to, latest } = period;
    const workers = this.#workersIn(period);
    const owner =
      this.#owner(workers, line, from, to) ??
      (latest > to ? this.#owner(workers, line, from, latest) : null);
    return owner && this.#found(workers, owner.edit, owner.isCertain ? "certain" : "maybe");
  }

  /** The session that wrote a line; null if none did. */
  owner(line: Line, period: Period): Found | null {
    const found = this.inTime(line, period);
    if (found !== null) return found;
    const { from, to } = period;
    const workers = this.#workersIn(period);
    this.#others = workers.filter(({ edits }) =>
      edits?.some(({ file, at }) => file !== null && at >= from && at <= to + SLACK_MS),
    ).length;
    return this.#last(workers, period) ?? this.#earlier(line, period);
  }
}
