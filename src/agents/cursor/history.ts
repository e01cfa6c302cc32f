import { Clock, Draft, nameOf, objects, parentFolder } from "../history/draft.ts";
import { globalStorages } from "../history/editors.ts";
import type { AgentHistory, HistoryFiles, HistoryPart, HistorySource } from "../history/model.ts";
import { flatText, isPayload, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { readComposers } from "./composers.ts";
import { textMessages } from "./plain-text.ts";
import { CursorDatabase } from "./sql.ts";

const DATABASE = "state.vscdb";
const TRANSCRIPT =
  /^(.*\/agent-transcripts\/[^/]+?)(?:\/[^/]+|\/subagents\/[^/]+)?\.(?:jsonl|txt)$/u;
const SUB = /\/subagents\/([^/]+)\.(?:jsonl|txt)$/u;
const OTHER_FOLDERS = /\/(?:terminals|agent-tools|agent-notes|mcps|assets|node_modules)$/u;
const STAMP = /<timestamp>([^<]+)<\/timestamp>/u;
const QUERY = /<user_query>([\s\S]*?)<\/user_query>/u;
const HOURS = /\(UTC([+-])(\d{1,2})(?::(\d\d))?\)/u;

/** `Wednesday, Jun 3, 2026, 7:30 PM (UTC-7)` in milliseconds since 1970, or null. */
function stampOf(said: string): number | null {
  const stamp = STAMP.exec(said)?.[1];
  if (stamp === undefined) return null;
  const zoned = stamp
    .replace(/^\w+, /u, "")
    .replace(
      HOURS,
      (_, sign, hours, minutes = "00") => `GMT${sign}${hours.padStart(2, "0")}${minutes}`,
    );
  const ms = Date.parse(zoned);
  return Number.isNaN(ms) ? null : ms;
}

/** What a person said, without what Cursor adds for the model; null where it is all Cursor's. */
function promptIn(said: string): string | null {
  const query = QUERY.exec(said)?.[1];
  const own = (query ?? said.replace(STAMP, "")).trim();
  return own === "" || (query === undefined && /^<system_/u.test(own)) ? null : own;
}

/** One conversation of the command line: its own file first, then those of its subagents. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #session: Draft;

  constructor(files: HistoryFiles, session: Draft) {
    this.#files = files;
    this.#session = session;
  }

  *file(path: string): Generator<HistoryPart> {
    const sub = SUB.exec(path)?.[1] ?? null;
    const clock = new Clock(this.#files.modified(path));
    let place = 0;
    for (const message of this.#messages(path)) {
      this.#message(message, `${sub ?? "line"}:${place}`, clock, sub !== null);
      if (place === 0 && sub !== null) this.#subagent("start", sub, clock.last);
      place++;
      if (this.#session.isFull) yield this.#session.part();
    }
    if (sub !== null && place > 0) this.#subagent("stop", sub, clock.last);
  }

  #messages(path: string): Iterable<Payload> {
    if (path.endsWith(".jsonl")) return objects(this.#files, path);
    return textMessages(this.#files.text(path) ?? "");
  }

  #subagent(kind: "start" | "stop", useId: string, at: number): void {
    this.#session.event({ kind: `subagent-${kind}`, at, id: `${kind}:${useId}`, useId });
  }

  #message(message: Payload, name: string, clock: Clock, isSub: boolean): void {
    const content = object(message, "message")?.["content"];
    const parts = Array.isArray(content) ? content.filter(isPayload) : [];
    const texts = parts.filter((part) => part["type"] === "text");
    const said = flatText(parts.length > 0 ? texts : content);
    if (message["role"] === "user") this.#user(said ?? "", name, clock, isSub);
    else if (message["role"] === "assistant") {
      const at = clock.last;
      if (said !== null) this.#session.event({ kind: "answer", at, id: name, text: said });
      for (const [nth, part] of parts.entries()) this.#tool(part, `tool:${name}:${nth}`, at);
    } else this.#files.passOver();
  }

  /** Only what a person said has a time. */
  #user(said: string, name: string, clock: Clock, isSub: boolean): void {
    const stamp = stampOf(said);
    const at = stamp === null ? clock.last : clock.at({ timestamp: stamp });
    const prompt = isSub ? null : promptIn(said);
    if (prompt !== null) this.#session.event({ kind: "prompt", at, id: name, text: prompt });
  }

  /** Of its result nothing is told. */
  #tool(part: Payload, place: string, at: number): void {
    if (part["type"] !== "tool_use") return;
    const tool = toolUse({ name: text(part, "name"), input: part["input"] });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: place, tool });
  }
}

/** Whether the editor's database has a conversation, and more of it. */
function isInDatabase(conversation: string, files: HistoryFiles): boolean {
  return files.named(DATABASE).some((path) => {
    try {
      using db = new CursorDatabase(path);
      return db.isCursors && db.has(conversation);
    } catch {
      return false;
    }
  });
}

function* readTranscript(
  { key, paths }: HistorySource,
  files: HistoryFiles,
): Generator<HistoryPart> {
  const conversation = nameOf(key);
  if (isInDatabase(conversation, files)) return;
  const own = paths.filter((path) => !SUB.test(path));
  const session = new Draft(files, own[0] ?? key, conversation);
  const project = parentFolder(parentFolder(key));
  session.first({ cwd: text(files.json(`${project}/.workspace-trusted`), "workspacePath") });
  const reader = new Reader(files, session);
  for (const path of [...own, ...paths.filter((path) => SUB.test(path))]) yield* reader.file(path);
  yield session.part();
}

export const cursorHistory: AgentHistory = {
  version: 1,
  roots: (env) => {
    const home = env.HOME || env.USERPROFILE;
    const databases = globalStorages(env, ["Cursor"]).map((folder) => `${folder}/${DATABASE}`);
    return home ? [`${home}/.cursor/projects`, ...databases] : databases;
  },
  passes: (folder) => !OTHER_FOLDERS.test(folder),
  sourceOf: (path) => (nameOf(path) === DATABASE ? path : (TRANSCRIPT.exec(path)?.[1] ?? null)),
  *read(source, files) {
    if (nameOf(source.key) === DATABASE) yield* readComposers(source.key, source, files);
    else yield* readTranscript(source, files);
  },
};
