import { Database } from "bun:sqlite";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import { HISTORIES } from "../../src/agents/histories.ts";
import type {
  HistoryEvent,
  HistoryPart,
  HistorySession,
  ModelCall,
} from "../../src/agents/history/model.ts";
import { TranscriptFiles } from "../../src/transcripts/files.ts";
import { type FoundSource, filesOfAgent, findSources } from "../../src/transcripts/find.ts";

export const TRANSCRIPTS = `${import.meta.dir}/../fixtures/transcripts`;

export const AGENTS_WITH_FIXTURES = [
  "claude",
  "codex",
  "gemini",
  "qwen",
  "copilot",
  "opencode",
  "kimi",
  "cline",
] as const satisfies readonly AgentName[];

/** The transcripts, below the homes that `copyHome` makes, to which their agents add line by line. */
export const GROWING_FILES: readonly (readonly [AgentName, string])[] = [
  ["claude", ".claude/projects/-home-ada-shop/4ed12102-7545-43e2-a232-7c7a705cdd97.jsonl"],
  ["claude", ".claude/projects/-home-ada-shop/7c76099e-2641-4c7a-83b5-298e6743967b.jsonl"],
  [
    "codex",
    ".codex/sessions/2026/11/26/rollout-2026-11-26T11-32-53-01a217a1-41fe-77b3-9bb4-64e9fb2155b1.jsonl",
  ],
  ["gemini", ".gemini/tmp/shop/chats/session-2026-11-26T11-35-e4992046.jsonl"],
  ["qwen", ".qwen/projects/-home-ada-shop/chats/31d13098-624e-4807-a4e3-53927c29dc30.jsonl"],
  ["copilot", ".copilot/session-state/a373e87c-d24f-4bc7-9eb6-a24fe71f74e3/events.jsonl"],
  [
    "kimi",
    ".kimi-code/sessions/wd_shop_ff0a01d53d83/session_eb0bbc0a-8d3f-46d6-a8c2-d711741bc238/agents/main/wire.jsonl",
  ],
];

/** Makes a database of each file of SQL below a folder. */
function makeDatabases(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".sql")) continue;
    const path = `${folder}/${name.slice(0, -".sql".length)}`;
    const db = new Database(path, { create: true });
    db.run(`BEGIN; ${readFileSync(`${folder}/${name}`, "utf8")}; COMMIT`);
    db.close();
    rmSync(`${folder}/${name}`);
  }
}

/** Copies the home of an agent's fixture. */
export function copyHome(agent: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  cpSync(`${TRANSCRIPTS}/${agent}/home`, folder, { recursive: true });
  makeDatabases(folder);
}

/** What a reader tells of one session in all. */
export interface Whole {
  session: HistorySession;
  readonly events: HistoryEvent[];
  readonly calls: Map<string, ModelCall>;
}

function gather(parts: Iterable<HistoryPart>, into: Map<string, Whole>): void {
  for (const { session, events, calls } of parts) {
    const whole: Whole = into.get(session.externalId) ?? {
      session,
      events: [],
      calls: new Map(),
    };
    whole.session = session;
    whole.events.push(...events);
    for (const call of calls) {
      const before = whole.calls.get(call.key);
      if (before === undefined || call.output > before.output) whole.calls.set(call.key, call);
    }
    into.set(session.externalId, whole);
  }
}

/** Reads sources as the program does, but into memory. */
export function readAll(agent: AgentName, sources: readonly FoundSource[]) {
  const sessions = new Map<string, Whole>();
  const files = new TranscriptFiles(Date.parse("2026-11-27T12:00:00Z"), filesOfAgent(sources));
  for (const { key, files: found } of sources) {
    const paths = found.map(({ path }) => path);
    const parts = HISTORIES[agent]?.read({ key, paths, mark: 0 }, files) ?? [];
    gather(parts, sessions);
  }
  return { sessions, passedOver: files.passedOver };
}

export function readHome(agent: AgentName, home: string) {
  return readAll(agent, findSources(agent, { HOME: home }));
}

interface ServedCall {
  readonly input: number;
  /** Of the input, by all but Anthropic. */
  readonly cached?: number;
  readonly read?: number;
  readonly output: number;
  readonly thoughts?: number;
}

/** The tokens that the model's server has told, in all. */
export function served(agent: AgentName): Record<string, number> {
  const lines = readFileSync(`${TRANSCRIPTS}/${agent}/served.jsonl`, "utf8").trim().split("\n");
  const all = { input: 0, cache_read: 0, output: 0 };
  for (const line of lines) {
    const {
      input,
      cached = 0,
      read = cached,
      output,
      thoughts = 0,
    } = JSON.parse(line) as ServedCall;
    all.input += input - cached;
    all.cache_read += read;
    all.output += output + thoughts;
  }
  return all;
}
