import { readdirSync } from "node:fs";
import type { AgentName } from "../agents/agents.ts";
import { AGENTS } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import type { HistoryPart } from "../agents/history/model.ts";
import type { Env } from "../settings/environment.ts";
import { TranscriptFiles } from "../transcripts/files.ts";
import {
  type FoundSource,
  filesOfAgent,
  findSources,
  KnownSessions,
  sourcesOf,
} from "../transcripts/find.ts";
import { editsOf } from "./edits.ts";
import type { ToldEdit } from "./owner.ts";

/** A session as far as its transcript is looked for. */
export interface Recorded {
  readonly id: string;
  readonly agent: string | null;
  readonly externalId: string | null;
  readonly transcript: string | null;
}

/** The transcripts of so many sessions are read for an answer, the latest first, and so many bytes: a second or two. */
const MAX_TRANSCRIPTS = 24;
const MAX_BYTES = 256 * 1024 * 1024;

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/** Reads one session's part of a source, and remembers what was said last. */
class Reader {
  readonly #session: Recorded;
  #prompt: string | null = null;
  #said: string | null = null;

  constructor(session: Recorded) {
    this.#session = session;
  }

  *edits({ session, events }: HistoryPart): Generator<ToldEdit> {
    const { id, externalId } = this.#session;
    if (externalId !== null && session.externalId !== externalId) return;
    for (const { kind, at, text, tool } of events) {
      if (kind === "prompt") [this.#prompt, this.#said] = [text, null];
      else if (kind === "answer") this.#said = text;
      const edits = tool === null ? [] : editsOf(tool);
      const told = { session: id, at, prompt: this.#prompt, said: this.#said };
      for (const edit of edits) yield { ...edit, ...told, tool: tool?.name ?? "" };
    }
  }
}

function editsFrom(
  agent: AgentName,
  session: Recorded,
  source: FoundSource,
  files: TranscriptFiles,
): ToldEdit[] {
  const { externalId } = session;
  const isWanted = (id: string) => id === externalId;
  const paths = source.files.map(({ path }) => path);
  const parts = HISTORIES[agent]?.read({ key: source.key, paths, mark: 0, isWanted }, files) ?? [];
  const reader = new Reader(session);
  return [...parts].flatMap((part) => [...reader.edits(part)]);
}

/** The transcripts that are read for one answer. */
export class Transcripts {
  readonly #env: Env;
  readonly #nowMs: number;
  /** What each agent keeps, as far as somebody had to look. */
  readonly #kept = new Map<AgentName, readonly FoundSource[]>();
  #sessions = MAX_TRANSCRIPTS;
  #bytes = MAX_BYTES;

  constructor(env: Env, nowMs: number) {
    this.#env = env;
    this.#nowMs = nowMs;
  }

  /** The sources that a session's transcript may be in, the named one first. */
  #sourcesFor(agent: AgentName, { transcript, externalId }: Recorded): readonly FoundSource[] {
    if (transcript !== null && agent !== "opencode") {
      const beside = filesIn(`${transcript.replace(/\.jsonl$/u, "")}/subagents`);
      const named = sourcesOf(agent, [transcript, ...beside]);
      if (named.length > 0) return named;
    }
    if (externalId === null) return [];
    const kept = this.#kept.get(agent) ?? findSources(agent, this.#env);
    this.#kept.set(agent, kept);
    const known = new KnownSessions([externalId]);
    return kept.filter((source) => known.mayBeIn(source));
  }

  /**
   * The changes of files that are meant, of all that a session's transcript tells of, in its order.
   * @returns null where there is no transcript, or none that can be read
   */
  edits(session: Recorded, isMeant: (edit: ToldEdit) => boolean): ToldEdit[] | null {
    const { agent } = session;
    if (agent === null || !Object.hasOwn(AGENTS, agent) || this.#sessions === 0) return null;
    const name = agent as AgentName;
    const sources = this.#sourcesFor(name, session);
    // Of a database only the session's own part is read.
    const files = sources.flatMap(({ files }) => files).filter(({ path }) => !path.endsWith(".db"));
    const size = files.reduce((sum, { size }) => sum + size, 0);
    if (sources.length === 0 || size > this.#bytes) return null;
    this.#sessions--;
    this.#bytes -= size;
    try {
      return sources.flatMap((source) =>
        editsFrom(
          name,
          session,
          source,
          new TranscriptFiles(this.#nowMs, filesOfAgent(sources)),
        ).filter(isMeant),
      );
    } catch {
      // It is being written, or cut, or was removed just now.
      return null;
    }
  }
}
