import { nameOf, parentFolder } from "../history/draft.ts";
import type { HistoryFiles } from "../history/model.ts";
import { id, number, object, type Payload, text } from "../wire/payload.ts";

/** A session as both the database and the tree tell it. Times are milliseconds since 1970. */
export interface KeptSession {
  readonly id: string;
  readonly parent_id: string | null;
  readonly directory: string | null;
  readonly title: string | null;
  readonly version: string | null;
  readonly time_created: number;
  readonly time_updated: number;
}

/** A message, or a part of one. */
export interface DataRow {
  readonly id: string;
  readonly time_created: number;
  /** JSON, or what it holds. */
  readonly data: string | Payload;
}

/** What a session consists of, wherever it is kept. */
export interface SessionParts {
  children(id: string): readonly KeptSession[];
  messages(session: string): Iterable<DataRow>;
  parts(message: string): readonly DataRow[];
  /** The session whose message a copy is of. */
  copiedFrom(at: number, session: string): string | null;
}

const SESSION = /^(.*\/storage)\/session\/[^/]+\/(ses_[^/]+)\.json$/u;
const MESSAGE = /^(.*\/storage\/message\/ses_[^/]+)\/[^/]+\.json$/u;

/** The folder of a session's messages, by which a file of the tree belongs to it; null for any other file. */
export function treeSource(path: string): string | null {
  const [, root, session] = SESSION.exec(path) ?? [];
  return root === undefined
    ? (MESSAGE.exec(path)?.[1] ?? null)
    : `${root}/message/${session ?? ""}`;
}

function createdAt(data: Payload, otherwise: number): number {
  const times = object(data, "time");
  return number(times, "created", "start", "end") ?? otherwise;
}

/** The files of before OpenCode 1.2, which stay behind when it moves to a database. */
export class OpencodeTree implements SessionParts {
  readonly #files: HistoryFiles;
  readonly #folder: string;
  readonly #session: string;

  /** @param path of the session's own file */
  constructor(files: HistoryFiles, path: string) {
    this.#files = files;
    this.#session = path;
    this.#folder = SESSION.exec(path)?.[1] ?? "";
  }

  /** The session and those that it is a child of, the outermost one first. */
  family(): KeptSession[] {
    const rows: KeptSession[] = [];
    let path = this.#session;
    for (const seen = new Set<string>(); !seen.has(path); ) {
      seen.add(path);
      const row = this.#row(path);
      if (row === null) break;
      rows.unshift(row);
      if (row.parent_id === null) break;
      path = `${parentFolder(path)}/${row.parent_id}.json`;
    }
    return rows;
  }

  #row(path: string): KeptSession | null {
    const session = this.#files.json(path);
    const name = id(session, "id");
    if (session === null || name === null || name !== nameOf(path).replace(/\.json$/u, "")) {
      return null;
    }
    const created = createdAt(session, this.#files.modified(path));
    return {
      id: name,
      parent_id: id(session, "parentID"),
      directory: text(session, "directory"),
      title: text(session, "title"),
      version: text(session, "version"),
      time_created: created,
      time_updated: number(object(session, "time"), "updated") ?? created,
    };
  }

  /** Each has a source of its own. */
  children(): readonly KeptSession[] {
    return [];
  }

  messages(session: string): readonly DataRow[] {
    return this.#rows("message", session);
  }

  parts(message: string): readonly DataRow[] {
    return this.#rows("part", message);
  }

  copiedFrom(): string | null {
    return null;
  }

  /** A message's parts, or a session's messages; their names are in the order in which they were made. */
  #rows(kind: "message" | "part", owner: string): DataRow[] {
    return this.#files.within(`${this.#folder}/${kind}/${owner}`).flatMap((path) => {
      if (!path.endsWith(".json")) return [];
      const data = this.#files.json(path);
      const name = id(data, "id");
      if (data === null || name === null) {
        this.#files.passOver();
        return [];
      }
      return [{ id: name, time_created: createdAt(data, this.#files.modified(path)), data }];
    });
  }
}
