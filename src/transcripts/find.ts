import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { sep } from "node:path";
import type { AgentName } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import { nameOf } from "../agents/history/draft.ts";
import { codeOf } from "../errors.ts";
import type { Env } from "../settings/environment.ts";

/** Deeper than any agent keeps its transcripts. */
const MAX_DEPTH = 8;

/** A file as it was when it was found. */
interface FoundFile {
  /** Without links, so that one file counts once. */
  readonly path: string;
  readonly inode: number;
  readonly size: number;
  /** Nanoseconds don't fit into a number; milliseconds with a fraction tell files apart well enough. */
  readonly modifiedMs: number;
}

/** The files of one session, or of all sessions of an agent that keeps them together. */
export interface FoundSource {
  readonly agent: AgentName;
  readonly key: string;
  readonly files: readonly FoundFile[];
}

/** Hears of a folder that is there and that can't be read. */
type OnRefused = (folder: string, error: unknown) => void;

/** That there is no such folder, or none any more. */
const ABSENT = ["ENOENT", "ENOTDIR", "ELOOP"];

/** What is in a folder; nothing where it isn't there, or not for us. */
export function entries(folder: string, onRefused: OnRefused = () => undefined): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (!ABSENT.includes(codeOf(error))) onRefused(folder, error);
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Where files are looked for. */
interface Walk {
  /** The real paths of the links that were followed. */
  readonly seen: Set<string>;
  passes(folder: string): boolean;
  readonly onRefused: OnRefused;
}

/** All files below a folder. A link is followed once, so that a loop ends. */
function* filesBelow(folder: string, walk: Walk, depth = 0): Generator<string> {
  for (const entry of entries(folder, walk.onRefused)) {
    const path = `${folder}/${entry.name}`;
    const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && statOf(path)?.isDirectory());
    if (!isFolder) {
      yield path;
      continue;
    }
    if (depth >= MAX_DEPTH || !walk.passes(path)) continue;
    if (!entry.isSymbolicLink()) yield* filesBelow(path, walk, depth + 1);
    else yield* linked(path, walk, depth);
  }
}

function* linked(path: string, walk: Walk, depth: number): Generator<string> {
  const real = realOf(path, walk.onRefused);
  if (real === null || walk.seen.has(real)) return;
  walk.seen.add(real);
  yield* filesBelow(real, walk, depth + 1);
}

/** Readers know paths with slashes alone; Windows takes these as well. */
function realOf(path: string, onRefused: OnRefused): string | null {
  try {
    const real = realpathSync(path);
    return sep === "/" ? real : real.replaceAll(sep, "/");
  } catch (error) {
    if (!ABSENT.includes(codeOf(error))) onRefused(path, error);
    return null;
  }
}

function found(path: string): FoundFile | null {
  const stat = statOf(path);
  if (stat?.isFile() !== true) return null;
  return { path, inode: stat.ino, size: stat.size, modifiedMs: stat.mtimeMs };
}

/** Agents whose transcript may be a source of its own wherever it lies. */
const ALONE: readonly AgentName[] = ["claude", "codex", "gemini", "qwen", "copilot"];

/**
 * Groups files into sources, the oldest first. Files that aren't transcripts are left out, unless a person has named
 * them.
 */
export function sourcesOf(
  agent: AgentName,
  paths: Iterable<string>,
  areNamed = false,
): FoundSource[] {
  const history = HISTORIES[agent];
  const groups = new Map<string, Map<string, FoundFile>>();
  for (const path of paths) {
    const alone = areNamed && ALONE.includes(agent) ? path : null;
    const key = history?.sourceOf(path) ?? alone;
    const file = key === null ? null : found(path);
    if (key === null || file === null) continue;
    const group = groups.get(key) ?? new Map<string, FoundFile>();
    groups.set(key, group.set(path, file));
  }
  return [...groups]
    .map(([key, group]) => {
      const sorted = [...group.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
      const files = withLog(sorted);
      const age = Math.min(...files.map(({ modifiedMs }) => modifiedMs));
      return { age, source: { agent, key, files } };
    })
    .sort((a, b) => a.age - b.age || (a.source.key < b.source.key ? -1 : 1))
    .map(({ source }) => source);
}

const isDatabase = (path: string) => path.endsWith(".db") || path.endsWith(".vscdb");

/** What a database hasn't folded in yet is in the file beside it. */
function withLog(files: readonly FoundFile[]): FoundFile[] {
  return files.map((file) => {
    const log = isDatabase(file.path) ? found(`${file.path}-wal`) : null;
    if (log === null) return file;
    const modifiedMs = Math.max(file.modifiedMs, log.modifiedMs);
    return { ...file, size: file.size + log.size, modifiedMs };
  });
}

/** All files of the sources to which some belong. */
export function withBesides(agent: AgentName, paths: readonly string[]): string[] {
  const history = HISTORIES[agent];
  const keys = new Set(paths.map((path) => history?.sourceOf(path) ?? null));
  const walk = { seen: new Set<string>(), passes: () => true, onRefused: () => undefined };
  const places = [...keys].flatMap((key) => (key === null ? [] : (history?.besides?.(key) ?? [])));
  const found = [...new Set(places)].flatMap((place) =>
    statOf(place)?.isFile() === true ? [place] : [...filesBelow(place, walk)],
  );
  const own = found.filter((path) => keys.has(history?.sourceOf(path) ?? null));
  return [...new Set([...paths, ...own])];
}

/** The transcripts of an agent on this machine. */
export function findSources(
  agent: AgentName,
  env: Env,
  onRefused: OnRefused = () => undefined,
): FoundSource[] {
  const history = HISTORIES[agent];
  const roots = history?.roots(env) ?? [];
  const seen = new Set<string>();
  const passes = (folder: string) => history?.passes?.(folder) !== false;
  const paths = new Set<string>();
  for (const root of roots) {
    const real = realOf(root, onRefused);
    if (real === null || seen.has(real)) continue;
    seen.add(real);
    if (statOf(real)?.isFile() === true) paths.add(real);
    else for (const path of filesBelow(real, { seen, passes, onRefused })) paths.add(path);
  }
  return sourcesOf(agent, paths);
}

/** What else an agent keeps, beside the files that are being read. */
export interface OtherFiles {
  /** Those whose name holds a word. */
  named(word: string): readonly string[];
  /** Whether one is named after a session, or was when it was read. */
  hasTranscript(id: string): boolean;
}

/** The files of an agent, those that were read before too. */
export function filesOfAgent(
  sources: readonly FoundSource[],
  readBefore: Iterable<string> = [],
): OtherFiles {
  let listed: readonly string[] | null = null;
  const paths = () => {
    listed ??= sources.flatMap(({ files }) => files.map(({ path }) => path));
    return listed;
  };
  let ids: ReadonlySet<string> | null = null;
  return {
    named: (word) => paths().filter((path) => nameOf(path).includes(word)),
    hasTranscript(id) {
      ids ??= new Set(
        [...paths(), ...readBefore].flatMap((path) => nameOf(path).match(UUID) ?? []),
      );
      return ids.has(id);
    },
  };
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gu;
/** Gemini's files have only the beginning of the session's id in their names. */
const SHORT_CHARS = 8;

/** The sessions of one agent that hooks have recorded, by the agent's own ids. */
export class KnownSessions {
  readonly #ids: ReadonlySet<string>;
  readonly #short: ReadonlySet<string>;

  constructor(ids: readonly string[]) {
    this.#ids = new Set(ids);
    this.#short = new Set(ids.map((id) => id.slice(0, SHORT_CHARS)));
  }

  readonly has = (id: string): boolean => this.#ids.has(id);

  /** Whether a source may tell of one of them, by the names of its files. */
  mayBeIn({ agent, key }: FoundSource): boolean {
    // One database holds all sessions; its reader asks for each.
    if (agent === "opencode" && key.endsWith(".db")) return this.#ids.size > 0;
    if (agent === "gemini") return this.#short.has(key.slice(key.lastIndexOf("#") + 1));
    const names = [...(key.match(UUID) ?? []), ...key.split(/[/.]/u)];
    return names.some(this.has);
  }
}
