import { Draft, dollars, modelCall, nameOf, parentFolder, tokenCount } from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart, HistorySource } from "../history/model.ts";
import { exitError, modelName } from "../wire/build.ts";
import { parse } from "../wire/json-scan.ts";
import { id, number, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { promptText, subagentName, titleOfSession } from "./hooks.ts";
import { OpencodeDatabase } from "./sql.ts";
import {
  type DataRow,
  type KeptSession,
  OpencodeTree,
  type SessionParts,
  treeSource,
} from "./tree.ts";

function payloadOf(data: DataRow["data"]): Payload | null {
  return typeof data === "string" ? object({ of: parse(data) }, "of") : data;
}

const DATABASE = /^opencode[\w.-]*\.db$/u;
const OTHER_FOLDERS = /\/(?:snapshot|log|bin|tool-output|storage\/(?:part|session_diff|todo))$/u;

/** A session with those of its subagents, whose events are its own, as in its hooks. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #kept: SessionParts;
  readonly #draft: Draft;
  #latest = 0;

  constructor(files: HistoryFiles, kept: SessionParts, path: string, root: KeptSession) {
    this.#files = files;
    this.#kept = kept;
    this.#draft = new Draft(files, path, root.id);
    this.#draft.first({
      cwd: root.directory || null,
      version: root.version || null,
      title: titleOfSession(root.title),
    });
  }

  get latest(): number {
    return this.#latest;
  }

  *session(row: KeptSession, isSub: boolean): Generator<HistoryPart> {
    this.#latest = Math.max(this.#latest, row.time_updated);
    if (isSub) this.#subagent(row);
    for (const message of this.#kept.messages(row.id)) {
      // A fork copies all messages of its parent under new ids.
      if (message.time_created < row.time_created) {
        if (this.#draft.facts.parent === null && !isSub) this.#fork(message.time_created, row.id);
        continue;
      }
      const data = payloadOf(message.data);
      if (data !== null) this.#message(message.id, message.time_created, data, isSub);
      if (this.#draft.isFull) yield this.#draft.part();
    }
    for (const child of this.#kept.children(row.id)) yield* this.session(child, true);
    if (!isSub) yield this.#draft.part();
  }

  /** What has gathered of a subagent that is read by itself. */
  rest(): HistoryPart {
    return this.#draft.part();
  }

  #fork(at: number, own: string): void {
    this.#draft.first({ parent: this.#kept.copiedFrom(at, own) });
  }

  #subagent({ id: useId, title, time_created: at, time_updated: end }: KeptSession): void {
    const name = subagentName({}, title);
    this.#draft.event({ kind: "subagent-start", at, id: `start:${useId}`, useId, text: name });
    this.#draft.event({ kind: "subagent-stop", at: end, id: `stop:${useId}`, useId, text: name });
  }

  #message(name: string, at: number, data: Payload, isSub: boolean): void {
    const model = text(data, "modelID");
    const isPerson = data["role"] === "user";
    const parts = this.#parts(name);
    const said: string[] = [];
    for (const part of parts) {
      const told = part.data;
      if (told?.["type"] === "text" && told["synthetic"] !== true) {
        const words = text(told, "text");
        if (words === null) continue;
        if (isPerson) said.push(words);
        else {
          this.#draft.event({
            kind: "answer",
            at: part.time_created,
            id: part.id,
            text: words,
            model,
          });
        }
      } else if (told?.["type"] === "tool") this.#tool(told, part.time_created);
      else if (told?.["type"] === "compaction") {
        this.#draft.event({ kind: "compact", at: part.time_created, id: part.id });
      }
    }
    if (isPerson) {
      this.#prompt(name, at, said, isSub);
      return;
    }
    if (!isSub) this.#draft.last({ model: modelName(data) });
    this.#error(name, at, object(data, "error"));
    this.#usage(name, at, data, model);
  }

  /** None of them tells of a call. */
  #parts(message: string) {
    const parts = this.#files.wantsEvents ? this.#kept.parts(message) : [];
    return parts.map((part) => ({ ...part, data: payloadOf(part.data) }));
  }

  #prompt(name: string, at: number, said: readonly string[], isSub: boolean): void {
    if (isSub || said.length === 0) return;
    const words = promptText({ text: said.join("\n") });
    this.#draft.event({ kind: "prompt", at, id: name, useId: name, text: words });
  }

  #error(name: string, at: number, error: Payload | null): void {
    if (error === null) return;
    const message = text(object(error, "data"), "message") ?? text(error, "name");
    this.#draft.event({ kind: "error", at, id: `error:${name}`, text: message });
  }

  #usage(name: string, at: number, data: Payload, model: string | null): void {
    const tokens = object(data, "tokens");
    if (tokens === null) return;
    const cache = object(tokens, "cache");
    const reasoning = tokenCount(tokens, "reasoning");
    const call = modelCall({
      key: name,
      at,
      model,
      input: tokenCount(tokens, "input"),
      cacheRead: tokenCount(cache, "read"),
      cacheWrite5m: tokenCount(cache, "write"),
      output: tokenCount(tokens, "output") + reasoning,
      reasoning,
      costTold: dollars(data, "cost") || null,
    });
    if (call.input + call.cacheRead + call.cacheWrite5m + call.output > 0) this.#draft.call(call);
  }

  #tool(part: Payload, created: number): void {
    const state = object(part, "state");
    const useId = id(part, "callID");
    const status = text(state, "status");
    if (useId === null || (status !== "completed" && status !== "error")) return;
    const output = state?.["output"];
    const exit = exitError(number(object(state, "metadata"), "exit"));
    const error = status === "error" ? (text(state, "error") ?? "error") : exit;
    const times = object(state, "time");
    const [start, end] = [number(times, "start"), number(times, "end")];
    const tool = toolUse({
      name: text(part, "tool"),
      input: state?.["input"],
      ok: error === null,
      error,
      durationMs: start !== null && end !== null ? end - start : null,
      output,
    });
    if (tool === null) return;
    const place = `tool:${useId}`;
    this.#draft.event({ kind: "tool", at: end ?? created, id: place, useId, tool });
  }
}

function* fromDatabase(
  path: string,
  { mark, isWanted = () => true }: HistorySource,
  files: HistoryFiles,
): Generator<HistoryPart> {
  using db = new OpencodeDatabase(path);
  if (!db.isOpencodes) {
    files.passOver();
    return;
  }
  for (const root of db.roots(mark)) {
    if (!isWanted(root.id, root.time_updated)) continue;
    const reader = new Reader(files, db, path, root);
    yield* reader.session(root, false);
    files.mark(reader.latest);
  }
}

/** Whether a session has moved to a database, in the folder of the tree. */
function hasMoved(key: string, session: string, files: HistoryFiles): boolean {
  const folder = key.slice(0, key.indexOf("/storage/message/"));
  return files.within(folder).some((path) => {
    if (!DATABASE.test(nameOf(path))) return false;
    using db = new OpencodeDatabase(path);
    return db.isOpencodes && db.has(session);
  });
}

function* fromTree(
  { key, paths, isWanted = () => true }: HistorySource,
  files: HistoryFiles,
): Generator<HistoryPart> {
  const path = paths.find((each) => treeSource(each) === key && !each.startsWith(`${key}/`));
  const tree = path === undefined ? null : new OpencodeTree(files, path);
  const family = tree?.family() ?? [];
  const [root] = family;
  const row = family.at(-1);
  if (path === undefined || tree === null || root === undefined || row === undefined) return;
  if (!isWanted(root.id, row.time_updated) || hasMoved(key, row.id, files)) return;
  const reader = new Reader(files, tree, `${parentFolder(path)}/${root.id}.json`, root);
  yield* reader.session(row, row !== root);
  yield reader.rest();
}

export const opencodeHistory: AgentHistory = {
  version: 1,
  roots: ({ XDG_DATA_HOME, OPENCODE_DB, HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    const data = XDG_DATA_HOME || (home ? `${home}/.local/share` : null);
    const folder = data === null ? [] : [`${data}/opencode`];
    return OPENCODE_DB ? [...folder, OPENCODE_DB] : folder;
  },
  // Parts are found by their messages; the rest are copies of projects, and programs.
  passes: (folder) => !OTHER_FOLDERS.test(folder),
  sourceOf: (path) => (path.endsWith(".db") ? path : treeSource(path)),
  besides: (key) =>
    key.endsWith(".db") ? [key] : [key, key.replace(/\/message\/[^/]+$/u, "/session")],
  *read(source, files) {
    for (const path of source.paths.filter((each) => each.endsWith(".db"))) {
      yield* fromDatabase(path, source, files);
    }
    if (!source.key.endsWith(".db")) yield* fromTree(source, files);
  },
};
