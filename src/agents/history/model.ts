import type { Env } from "../../settings/environment.ts";
import type { ToolUse } from "../wire/event.ts";
import type { Payload } from "../wire/payload.ts";

/** The tokens of calls. The five numbers never overlap. */
export interface Tokens {
  /** Without what was read from a cache or written to one. */
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  /** With what the model thought. */
  readonly output: number;
}

/** How the key of a call ends that stands for searches of the web, made for the call whose key stands before. */
export const WEB_SEARCHES = ":web-search";

/** One call of a model, or several that its agent counts as one. */
export interface ModelCall extends Tokens {
  /** Names the call among all of its agent. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly model: string | null;
  /** The part of the output that is thought, for information. */
  readonly reasoning: number;
  /** US dollars, by the agent. */
  readonly costTold: number | null;
  /** Whether it was paid at the higher price of the fast mode. */
  readonly isFast: boolean;
  /** How many calls it stands for. */
  readonly count: number;
}

const HISTORY_KINDS = [
  "prompt",
  "answer",
  "tool",
  "error",
  "compact",
  "subagent-start",
  "subagent-stop",
] as const;

/** What a transcript tells of one moment. Text is as the agent wrote it: not redacted, not cut. */
export interface HistoryEvent {
  readonly kind: (typeof HISTORY_KINDS)[number];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Names the event within its session for the next time the transcript is read. */
  readonly id: string;
  /** The id that a hook would tell of the same event, or null where hooks tell none. */
  readonly useId: string | null;
  /** Of all but a tool: what was said, why it was compacted, or who the subagent is. */
  readonly text: string | null;
  readonly tool: ToolUse | null;
  readonly model: string | null;
}

/** What an event is named by. */
export type EventName = Pick<HistoryEvent, "kind" | "id" | "useId">;

/** What the agent says that a session has used so far, by model; it counts calls that leave no line. */
export interface ToldTotals {
  /** The time of the last line before it, in milliseconds since 1970. */
  readonly at: number;
  readonly models: ReadonlyMap<string, Tokens & { readonly cost: number }>;
}

/** What a transcript tells of a session as a whole. */
export interface HistorySession {
  /** The agent's own id, the same as in its hooks. */
  readonly externalId: string;
  /** The agent's id of the session that it was forked from. */
  readonly parent: string | null;
  readonly cwd: string | null;
  /** A folder of the repository from which its working tree was made, where that is told. */
  readonly origin: string | null;
  readonly branch: string | null;
  readonly remote: string | null;
  readonly version: string | null;
  readonly model: string | null;
  /** By the agent or a person; null where only the first prompt could stand for one. */
  readonly title: string | null;
  readonly transcript: string;
  /** When the agent says that it ended, in milliseconds since 1970. */
  readonly endedAt: number | null;
  readonly totals: ToldTotals | null;
  /** Events that turned out to be copied from its parent. */
  readonly copied: readonly EventName[];
}

/** A piece of a session. The last piece of a session tells most of it. */
export interface HistoryPart {
  readonly session: HistorySession;
  readonly events: readonly HistoryEvent[];
  readonly calls: readonly ModelCall[];
}

/** The files of one session, or of all sessions of an agent that keeps them together. */
export interface HistorySource {
  readonly key: string;
  /** In the order of their names. */
  readonly paths: readonly string[];
  /** What the last pass told with `mark`, or 0. */
  readonly mark: number;
  /** Which sessions are wanted, by the agent's ids and when they last changed, of a source with several. */
  readonly isWanted?: (externalId: string, changedAt: number) => boolean;
  /** What the last pass told with `remember`, if files are read from where it ended; else absent. */
  readonly state?: object | null;
}

/** Tells by the beginning of a line that nothing is wanted of it. */
type Skips = (head: string) => boolean;

/** A key of a line's whose long value nobody wants. */
export interface Unwanted {
  readonly key: string;
  /** The keys that may follow it and are wanted. */
  readonly followedBy: readonly string[];
  /** Whether nothing else was left out with it that is wanted; absent where nothing can be. */
  isEnough?(line: Payload): boolean;
}

/** What is wanted of a file's lines, seen by their bytes before they are parsed. */
export interface WantedLines {
  readonly skips?: Skips;
  readonly leftOut?: Unwanted;
  /** Where only calls are wanted, of which a line has one if it matters; absent where all lines may. */
  readonly callWords?: readonly string[];
  /** A line that repeats the one before from its first call word to the end of the string behind its last name is left out. */
  readonly callName?: string;
}

/** What a reader may use of the disk. */
export interface HistoryFiles {
  /** The lines of a file, each a JSON object, or null for one that isn't; whole lines only. */
  lines(path: string, wanted?: WantedLines): Iterable<Payload | null>;
  /** The same, as many at once as are at hand, so that `offset` tells nothing. */
  chunks(path: string, wanted?: WantedLines): Iterable<readonly (Payload | null)[]>;
  /** Whether what happened is wanted, and not only what calls used. */
  readonly wantsEvents: boolean;
  /** Whether what tools returned is wanted, and not only how long it is. */
  readonly wantsOutput: boolean;
  /** A whole file of JSON, or null where it isn't. */
  json(path: string): Payload | null;
  /** The objects in a whole file that is a list of JSON, or null where it isn't. */
  list(path: string): readonly Payload[] | null;
  text(path: string): string | null;
  /** Milliseconds since 1970. */
  modified(path: string): number;
  /** Later than this nothing can have happened of which a file tells, in milliseconds since 1970. */
  latest(path: string): number;
  /** Files of the same agent whose name holds this word. */
  named(word: string): readonly string[];
  /** Whether the session with this id, a UUID, has a transcript named after it, or had one when files were read before. */
  hasTranscript(id: string): boolean;
  /** The files directly in a folder, in the order of their names; none where it isn't there. */
  within(folder: string): readonly string[];
  /** Counts a line that tells nothing that is known. */
  passOver(): void;
  /** Notes up to which time a source with a mark has been read, in milliseconds since 1970. */
  mark(value: number): void;
  /** Where the line begins that was handed out last, in bytes. */
  readonly offset: number;
  /** Has the next pass go on at this byte of a file, rather than behind its last whole line. */
  goOnAt(path: string, offset: number): void;
  /**
   * Has the next pass go on where this one ends, if the files have only grown. What it needs to know then becomes JSON
   * in the database, so that nothing that was said belongs into it. Without this, all is read again.
   */
  remember(state: object): void;
}

/** For how long an agent keeps its transcripts. */
export interface Retention {
  readonly days: number;
  /** What sets it, by its name in the agent's settings. */
  readonly setting: string;
  /** Whether its next start deletes a transcript, however new it is. */
  endsAtNextStart?(paths: readonly string[]): boolean;
  /** Whether it never deletes a file. */
  isKept?(path: string): boolean;
}

/** How the transcripts of an agent are found and read. */
export interface AgentHistory {
  /** To be raised when the rules change: all files are read again. */
  readonly version: number;
  /** The folders in which they lie, or single files, most of which don't exist. */
  roots(env: Env): readonly string[];
  /** Whether a folder may hold transcripts; all do where this is absent. */
  passes?(folder: string): boolean;
  /** What names the source that a file belongs to; null where it is no transcript. */
  sourceOf(path: string): string | null;
  /** Files and folders in which all files of a source lie; absent where it has but one, or all lie in one folder. */
  besides?(key: string): readonly string[];
  read(source: HistorySource, files: HistoryFiles): Generator<HistoryPart>;
  /** Absent, or null, where the agent deletes none. */
  retention?(env: Env, files: Pick<HistoryFiles, "json">): Retention | null;
  /** The commit of its repository at which the session of a transcript began, where the agent tells that. */
  commitIn?(path: string, files: HistoryFiles): string | null;
  /** The titles that the agent keeps apart from its transcripts, by its ids of sessions. */
  titles?(env: Env, files: HistoryFiles): ReadonlyMap<string, string>;
}
