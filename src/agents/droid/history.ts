import { Clock, Draft, modelCall, nameOf, objects, tokenCount } from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart } from "../history/model.ts";
import { flatText, id, isPayload, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const SETTINGS = /\.settings\.json$/u;
const REMINDER = /^\s*<system-(?:reminder|notification)>/u;

/** One session; that of a subagent belongs to the session that called it. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #session: Draft;
  readonly #clock: Clock;
  readonly #own: string;
  readonly #pending = new Map<string, { readonly name: string | null; readonly input: unknown }>();
  #isSub = false;
  #title: string | null = null;
  #first: number | null = null;
  #place = 0;

  constructor(files: HistoryFiles, path: string) {
    this.#files = files;
    this.#own = nameOf(path).replace(/\.jsonl$/u, "");
    this.#session = new Draft(files, path, this.#own);
    this.#clock = new Clock(files.modified(path));
  }

  *file(path: string): Generator<HistoryPart> {
    for (const line of objects(this.#files, path)) {
      this.#place++;
      this.#line(line);
      if (this.#session.isFull) yield this.#session.part();
    }
    this.#settings(this.#files.json(path.replace(/\.jsonl$/u, ".settings.json")));
    if (this.#isSub && this.#first !== null) this.#subagent("stop", this.#clock.last);
    if (this.#title !== null && !this.#isSub) this.#session.last({ title: this.#title });
    yield this.#session.part();
  }

  #line(line: Payload): void {
    const at = this.#clock.at(line);
    switch (line["type"]) {
      case "session_start":
        this.#start(line);
        return;
      case "message":
        this.#message(object(line, "message"), id(line, "id") ?? `line:${this.#place}`, at);
        return;
      case "compaction_state":
        this.#session.event({ kind: "compact", at, id: id(line, "id") ?? `compact:${at}` });
        return;
      case "todo_state":
      case "session_end":
        return;
      default:
        this.#files.passOver();
    }
  }

  #start(line: Payload): void {
    const caller = id(line, "callingSessionId");
    this.#isSub = caller !== null;
    if (caller !== null) this.#session.last({ externalId: caller });
    this.#title = text(line, "title");
    this.#session.first({ cwd: text(line, "cwd") });
  }

  #subagent(kind: "start" | "stop", at: number): void {
    const place = `${kind}:${this.#own}`;
    this.#session.event({ kind: `subagent-${kind}`, at, id: place, useId: this.#own });
  }

  #message(message: Payload | null, place: string, at: number): void {
    if (this.#first === null && this.#isSub) this.#subagent("start", at);
    this.#first ??= at;
    const content = message?.["content"];
    const parts = Array.isArray(content) ? content.filter(isPayload) : [];
    if (message?.["role"] === "assistant") this.#assistant(parts, content, place, at);
    else if (message?.["role"] === "user") this.#user(parts, content, place, at);
  }

  #assistant(parts: readonly Payload[], content: unknown, place: string, at: number): void {
    const said = flatText(parts.length > 0 ? parts.filter(isText) : content);
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said });
    for (const part of parts) {
      const useId = part["type"] === "tool_use" ? id(part, "id") : null;
      if (useId === null) continue;
      this.#pending.set(useId, { name: text(part, "name"), input: part["input"] });
    }
  }

  #user(parts: readonly Payload[], content: unknown, place: string, at: number): void {
    const results = parts.filter((part) => part["type"] === "tool_result");
    for (const result of results) this.#result(result, at);
    if (this.#isSub) return;
    const own = parts.filter((part) => isText(part) && !REMINDER.test(text(part, "text") ?? ""));
    const said = flatText(parts.length > 0 ? own : content);
    if (said === null || REMINDER.test(said)) return;
    // It names a session after its first prompt.
    if (this.#title !== null && said.startsWith(this.#title.replace(/(?:…|\.{3})$/u, ""))) {
      this.#title = null;
    }
    this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #result(result: Payload, at: number): void {
    const useId = id(result, "tool_use_id");
    const call = useId === null ? undefined : this.#pending.get(useId);
    if (useId === null || call === undefined) return;
    this.#pending.delete(useId);
    const failed = result["is_error"] === true;
    const output = result["content"];
    const error = failed ? flatText(output) : null;
    const tool = toolUse({ ...call, ok: !failed, error, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }

  /** Tokens are told of the whole session alone. */
  #settings(settings: Payload | null): void {
    const model = text(settings, "model")?.replace(/^custom:/u, "") ?? null;
    if (!this.#isSub) this.#session.last({ model });
    const used = object(settings, "tokenUsage");
    if (used === null || this.#first === null) return;
    this.#session.call(
      modelCall({
        key: `session:${this.#own}`,
        at: this.#clock.last,
        model,
        input: tokenCount(used, "inputTokens"),
        cacheRead: tokenCount(used, "cacheReadTokens"),
        cacheWrite5m: tokenCount(used, "cacheCreationTokens"),
        output: tokenCount(used, "outputTokens"),
        reasoning: tokenCount(used, "thinkingTokens"),
        count: 0,
      }),
    );
  }
}

const isText = (part: Payload) => part["type"] === "text";

export const droidHistory: AgentHistory = {
  version: 1,
  roots: ({ HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    return home ? [`${home}/.factory/sessions`] : [];
  },
  sourceOf(path) {
    if (SETTINGS.test(path)) return path.replace(SETTINGS, ".jsonl");
    return path.endsWith(".jsonl") ? path : null;
  },
  *read({ key, paths }, files) {
    if (paths.includes(key)) yield* new Reader(files, key).file(key);
  },
};
