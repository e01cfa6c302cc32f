import {
  Draft,
  modelCall,
  nameOf,
  objects,
  overlapping,
  parentFolder,
  tokenCount,
} from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart } from "../history/model.ts";
import { shortened } from "../history/shortened.ts";
import { flatText, id, isPayload, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { geminiExitError } from "./hooks.ts";
import { geminiRetention } from "./retention.ts";

const CHAT = /\/chats\/(?:[^/]+\/)?session-[^/]*-([^/-]+)\.jsonl?$/u;

/** Sooner than anybody types. */
const RETOLD_WITHIN_MS = 200;

/** A message as often as it was told: the later line is the fuller one. */
interface Message {
  readonly line: Payload;
  readonly at: number;
}

/** What a person or the model says; a part that only hands on a tool's result says nothing. */
function said(content: unknown): string | null {
  const parts = Array.isArray(content) ? content : [content];
  const own = parts.filter((part) => !isPayload(part) || part["thought"] !== true);
  return flatText(own);
}

/** What has to be known of the lines before: ids and times. */
interface ReaderState {
  readonly isSub: boolean;
  readonly cancelledAt: number | null;
  /** When each message was first told. */
  readonly told: readonly (readonly [id: string, at: number])[];
}

/** What the next pass has to know of the session's own files, and of each subagent's. */
interface State {
  readonly externalId: string;
  readonly model: string | null;
  readonly own: ReaderState;
  readonly subs: Readonly<Record<string, ReaderState>>;
}

/** The messages of a session, by their ids. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #messages = new Map<string, Message>();
  readonly #told: Map<string, number>;
  #isSub: boolean;
  #header: Payload | null = null;
  #cancelledAt: number | null;

  constructor(files: HistoryFiles, state: ReaderState | null) {
    this.#files = files;
    this.#told = new Map(state?.told);
    this.#isSub = state?.isSub ?? false;
    this.#cancelledAt = state?.cancelledAt ?? null;
  }

  get state(): ReaderState {
    const added = [...this.#messages].map(([name, { at }]) => [shortened(name), at] as const);
    const told = [...new Map([...this.#told, ...added])];
    return { isSub: this.#isSub, cancelledAt: this.#cancelledAt, told };
  }

  file(path: string): void {
    const latest = this.#files.modified(path);
    if (path.endsWith(".json")) {
      const document = this.#files.json(path);
      if (document === null) {
        this.#files.passOver();
        return;
      }
      this.#header ??= document;
      this.#add(document["messages"], latest, true);
      return;
    }
    for (const line of objects(this.#files, path)) this.#line(line, latest);
  }

  /** Behind a request that was cancelled all is told once more, under new ids, at that moment. */
  #isRetold(line: Payload): boolean {
    const at = time(line, "timestamp");
    if (this.#cancelledAt === null || at === null || line["type"] === "info") return false;
    return at >= this.#cancelledAt && at - this.#cancelledAt < RETOLD_WITHIN_MS;
  }

  #line(line: Payload, latest: number): void {
    if (line["type"] === "info" && line["content"] === "Request cancelled.") {
      this.#cancelledAt = time(line, "timestamp");
    }
    if (id(line, "id") !== null) {
      this.#add([line], latest, true);
      return;
    }
    const change = object(line, "$set");
    if (change !== null) {
      this.#add(change["messages"], latest, false);
      return;
    }
    if (line["sessionId"] !== undefined) {
      this.#header ??= line;
      this.#isSub ||= line["kind"] === "subagent";
    } else if (line["$rewindTo"] === undefined) this.#files.passOver();
  }

  /** What a resume tells again lacks tokens and tools and has new times, so it only adds what was never seen. */
  #add(messages: unknown, latest: number, isOwn: boolean): void {
    if (!Array.isArray(messages)) return;
    for (const line of messages.filter(isPayload)) {
      const name = id(line, "id");
      if (name === null || this.#isRetold(line)) continue;
      const before = this.#messages.get(name);
      const first = before?.at ?? this.#told.get(shortened(name));
      if (first !== undefined && !isOwn) continue;
      const at = first ?? Math.min(time(line, "timestamp") ?? latest, latest + 300_000);
      this.#messages.set(name, { line: { ...before?.line, ...line }, at });
    }
  }

  *parts(session: Draft, task: boolean): Generator<HistoryPart> {
    session.first({ externalId: id(this.#header, "sessionId") ?? "" });
    for (const [name, { line, at }] of this.#messages) {
      this.#message(session, name, line, at, task || this.#isSub);
      if (session.isFull) yield session.part();
    }
  }

  #message(session: Draft, name: string, line: Payload, at: number, isSub: boolean): void {
    const text = said(line["content"]);
    switch (line["type"]) {
      case "user":
        if (text === null || isSub || text.startsWith("<session_context>")) return;
        session.event({ kind: "prompt", at, id: name, text });
        break;
      case "gemini":
        this.#answer(session, name, line, at, text);
        break;
      case "error":
        session.event({ kind: "error", at, id: name, text });
        break;
    }
  }

  #answer(session: Draft, name: string, line: Payload, at: number, said: string | null): void {
    const model = text(line, "model");
    session.last({ model });
    if (said !== null) session.event({ kind: "answer", at, id: name, text: said, model });
    const used = object(line, "tokens");
    if (used !== null) {
      const reasoning = tokenCount(used, "thoughts");
      session.call(
        modelCall({
          key: `${session.facts.externalId}:${name}`,
          at,
          model,
          ...overlapping(tokenCount(used, "input"), tokenCount(used, "cached")),
          output: tokenCount(used, "output") + reasoning,
          reasoning,
        }),
      );
    }
    const calls = Array.isArray(line["toolCalls"]) ? line["toolCalls"].filter(isPayload) : [];
    for (const call of calls) this.#tool(session, call, at);
  }

  #tool(session: Draft, call: Payload, at: number): void {
    const name = text(call, "name");
    const results = Array.isArray(call["result"]) ? call["result"].filter(isPayload) : [];
    const response = object(object(results[0] ?? null, "functionResponse"), "response");
    const output = text(response, "output");
    const failed = call["status"] === "error" || call["status"] === "cancelled";
    const error = failed
      ? (text(response, "error") ?? flatText(call["resultDisplay"]))
      : geminiExitError(name, output);
    const tool = toolUse({
      name,
      input: call["args"],
      ok: !failed && error === null,
      error,
      output: output ?? call["resultDisplay"],
    });
    if (tool === null || call["status"] === "executing") return;
    const when = Math.max(at, time(call, "timestamp") ?? at);
    session.event({ kind: "tool", at: when, id: `tool:${id(call, "id") ?? when}`, tool });
  }
}

function sha256(path: string): string {
  return new Bun.CryptoHasher("sha256").update(path).digest("hex");
}

/** The hash of the project's folder, in the first line. */
function hashIn(files: HistoryFiles, path: string): string | null {
  if (path.endsWith(".json")) return text(files.json(path), "projectHash");
  for (const line of files.lines(path)) return text(line, "projectHash");
  return null;
}

/** Where the sessions of a folder of transcripts work. */
function cwdOf(files: HistoryFiles, path: string, hash: string | null): string | null {
  const folder = path.slice(0, path.lastIndexOf("/chats/"));
  const told = files.text(`${folder}/.project_root`)?.trim();
  if (told) return told;
  const known = files.json(`${parentFolder(parentFolder(folder))}/projects.json`);
  const projects = Object.entries(object(known, "projects") ?? {});
  const named = projects.find(([, name]) => name === nameOf(folder));
  return (
    named?.[0] ?? projects.find(([root]) => hash !== null && sha256(root) === hash)?.[0] ?? null
  );
}

export const geminiHistory: AgentHistory = {
  version: 1,
  roots: ({ GEMINI_CLI_HOME, HOME, USERPROFILE }) => {
    const home = GEMINI_CLI_HOME || HOME || USERPROFILE;
    return home ? [`${home}/.gemini/tmp`] : [];
  },
  retention: geminiRetention,
  sourceOf(path) {
    const name = CHAT.exec(path)?.[1];
    if (name === undefined) {
      const [, folder, parent] = /^(.*)\/chats\/([^/]+)\/[^/]+\.jsonl$/u.exec(path) ?? [];
      return parent === undefined ? null : `${folder}#${parent.slice(0, 8)}`;
    }
    return `${path.slice(0, path.lastIndexOf("/chats/"))}#${name.slice(0, 8)}`;
  },
  besides: (key) => [`${key.slice(0, key.lastIndexOf("#"))}/chats`],
  *read({ paths, state: kept = null }, files) {
    const state = kept as State | null;
    // A subagent lies in a folder that bears the name of its parent.
    const isSub = (path: string) => /\/chats\/[^/]+\/[^/]+$/u.test(path);
    const own = paths.filter((path) => !isSub(path));
    const main = own[0] ?? paths[0];
    if (main === undefined) return;
    const session = new Draft(files, main, state?.externalId);
    if (state === null) session.first({ cwd: cwdOf(files, main, hashIn(files, main)) });
    session.last({ model: state?.model ?? null });
    const reader = new Reader(files, state?.own ?? null);
    for (const path of own) reader.file(path);
    yield* reader.parts(session, false);
    const subs: Record<string, ReaderState> = {};
    for (const path of paths.filter(isSub)) {
      const sub = new Reader(files, state?.subs[path] ?? null);
      sub.file(path);
      yield* sub.parts(session, true);
      subs[path] = sub.state;
    }
    const { externalId, model } = session.facts;
    if (externalId === "") return;
    yield session.part();
    // A document is written anew whenever something is added.
    if (paths.some((path) => path.endsWith(".json"))) return;
    files.remember({ externalId, model, own: reader.state, subs } satisfies State);
  },
};
