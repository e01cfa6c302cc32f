import { PROMPT_LOG } from "../../text/paths.ts";
import { Clock, Draft, nameOf, objects } from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart } from "../history/model.ts";
import { OpenCalls } from "../history/open-calls.ts";
import { promptLog } from "../history/prompt-log.ts";
import { exitError } from "../wire/build.ts";
import { flatText, id, number, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { durationOf, exitOf, toldName } from "./commands.ts";
import type { KeptThread, ThreadState, ThreadStyle } from "./memory.ts";
import { codexCommit, threadOf } from "./meta.ts";
import { codexRoots, codexSource } from "./paths.ts";
import { codexTyped, folderIn, isTyped } from "./prompts.ts";
import { ReplayedHistory } from "./replayed.ts";
import { codexTitles } from "./titles.ts";
import { CodexUsage, WITH_CALLS } from "./usage.ts";

interface Ended {
  readonly exit: number | null;
  readonly durationMs: number | null;
}

class Reader {
  readonly #files: HistoryFiles;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #session: Draft;
  readonly #usage: CodexUsage;
  readonly #open: OpenCalls<{ path: string; offset: number; state: ThreadState }>;
  readonly #ended = new Map<string, Ended>();
  #style: ThreadStyle = "events";
  #thread = "";
  #turn: string | null = null;
  #isSub = false;
  #replayed: ReplayedHistory | null = null;
  #place = 0;
  /** The time of the line before. */
  #before = 0;

  constructor(files: HistoryFiles, path: string, state: KeptThread | null) {
    this.#files = files;
    this.#path = path;
    this.#clock = new Clock(files.modified(path), state?.at);
    this.#session = new Draft(files, path, state?.externalId);
    this.#usage = new CodexUsage(this.#session);
    this.#open = new OpenCalls(files);
    if (state === null) return;
    this.#usage.goOn(state);
    this.#thread = state.thread;
    this.#style = state.style;
    this.#isSub = state.isSub;
    this.#turn = state.turn;
    this.#place = state.place;
    this.#session.last({ model: state.model });
  }

  *read(): Generator<HistoryPart> {
    for (const line of objects(this.#files, this.#path, WITH_CALLS)) {
      this.#before = this.#clock.last;
      const at = this.#clock.at(line);
      this.#place++;
      this.#line(line, at);
      if (this.#session.isFull && this.#replayed?.isOver !== false) yield this.#session.part();
    }
    if (this.#session.facts.externalId !== "") yield this.#session.part();
  }

  #state(): ThreadState {
    const { externalId, model } = this.#session.facts;
    return {
      ...this.#usage.state,
      thread: this.#thread,
      externalId,
      model,
      style: this.#style,
      isSub: this.#isSub,
      turn: this.#turn,
      place: this.#place,
      at: this.#clock.last,
    };
  }

  /** What the next pass has to know; null where all is read again: a replayed history is known from its beginning. */
  rest(): KeptThread | null {
    if (this.#replayed !== null || this.#thread === "" || !this.#usage.knowsTotals) return null;
    const open = this.#open.oldest().get(this.#path);
    if (open !== undefined) this.#files.goOnAt(open.path, open.offset);
    return this.#usage.kept(open?.state ?? this.#state());
  }

  #line(line: Payload, at: number): void {
    const payload = object(line, "payload");
    if (line["type"] === "session_meta" && payload !== null) {
      this.#meta(payload);
      return;
    }
    if (this.#thread === "" && line["type"] === undefined && id(line, "id") !== null) {
      this.#style = "bare";
      this.#meta(line);
      return;
    }
    if (this.#replayed?.passes(line, payload) === true) return;
    if (this.#style === "bare") {
      this.#item(line, at);
      return;
    }
    if (payload === null) {
      this.#files.passOver();
      return;
    }
    switch (line["type"]) {
      case "turn_context":
        this.#turn = id(payload, "turn_id") ?? this.#turn;
        this.#session.last({ model: text(payload, "model") });
        this.#session.first({ cwd: text(payload, "cwd") });
        return;
      case "event_msg":
        this.#event(payload, at);
        break;
      case "response_item":
        this.#item(payload, at);
        break;
      case "token_usage_record":
        this.#usage.record(payload, at);
        break;
      case "compacted":
        // Newer versions tell the same as an item.
        if (this.#style === "items") return;
        this.#session.event({ kind: "compact", at, id: `compact:${this.#place}` });
        return;
      case "world_state":
      case "inter_agent_communication_metadata":
        return;
      default:
        this.#files.passOver();
    }
  }

  /** The first one is the session's own; a second one says that its parent's history follows. */
  #meta(meta: Payload): void {
    const thread = threadOf(meta);
    if (thread === null) return;
    if (this.#thread !== "") {
      if (thread.id !== this.#thread) {
        this.#replayed = new ReplayedHistory(this.#files, thread.id, this.#thread);
        this.#usage.follows(this.#replayed);
      }
      return;
    }
    this.#thread = thread.id;
    this.#isSub = thread.isSub;
    if (thread.isPaginated) this.#style = "items";
    if (thread.isFork) this.#usage.isFork = true;
    this.#usage.thread = thread.id;
    this.#session.first(thread.facts);
  }

  #event(payload: Payload, at: number): void {
    this.#turn = id(payload, "turn_id") ?? this.#turn;
    switch (payload["type"]) {
      case "item_completed":
        this.#completed(object(payload, "item"), at);
        break;
      case "user_message":
        this.#said("events", "prompt", text(payload, "message"), at);
        break;
      case "agent_message":
        this.#said("events", "answer", text(payload, "message"), at);
        break;
      case "exec_command_end":
        this.#exited(id(payload, "call_id"), payload);
        break;
      case "token_count":
        this.#usage.counted(object(payload, "info"), at);
        break;
      case "error":
        this.#style === "items" ? undefined : this.#failed(payload, at);
        break;
      case "task_complete":
      case "turn_complete":
        this.#failed(object(payload, "error"), at);
        break;
    }
  }

  #failed(error: Payload | null, at: number): void {
    if (error === null) return;
    const message = text(error, "message");
    this.#session.event({ kind: "error", at, id: `error:${this.#place}`, text: message });
  }

  #said(style: ThreadStyle, kind: "prompt" | "answer", said: string | null, at: number): void {
    if (this.#style !== style || said === null) return;
    if (kind === "prompt" && (this.#isSub || !isTyped(said))) return;
    const { model } = this.#session.facts;
    const useId = kind === "prompt" ? this.#turn : null;
    if (kind === "prompt") this.#open.prompted();
    const place = `${this.#thread}:${this.#place}`;
    this.#session.event({ kind, at, id: place, useId, text: said, model });
  }

  #completed(item: Payload | null, at: number): void {
    switch (item?.["type"]) {
      case "UserMessage":
        this.#said("items", "prompt", flatText(item["content"]), at);
        break;
      case "AgentMessage":
        this.#said("items", "answer", flatText(item["content"]), at);
        break;
      case "CommandExecution":
        this.#exited(id(item, "id"), item);
        break;
      case "ContextCompaction":
        this.#session.event({ kind: "compact", at, id: id(item, "id") ?? `compact:${at}` });
        break;
      default:
        break;
    }
  }

  #exited(useId: string | null, told: Payload): void {
    if (useId === null || !this.#open.has(useId)) return;
    const durationMs = durationOf(told["duration"]);
    this.#ended.set(useId, { exit: number(told, "exit_code"), durationMs });
  }

  #item(item: Payload, at: number): void {
    const useId = id(item, "call_id");
    const type = text(item, "type") ?? "";
    if (type === "message") {
      this.#message(item, at);
      return;
    }
    if (useId === null) return;
    if (/^(?:function|custom_tool|local_shell)_call$/u.test(type)) {
      const input = item["arguments"] ?? item["input"] ?? item["action"];
      const name = text(item, "name");
      const state = { ...this.#state(), place: this.#place - 1, at: this.#before };
      const place = { path: this.#path, offset: this.#files.offset, state };
      this.#open.called(useId, { name: toldName(name), input }, place);
    } else if (type.endsWith("_call_output")) this.#result(useId, item["output"], at);
  }

  #message(item: Payload, at: number): void {
    const said = flatText(item["content"]);
    if (item["role"] === "assistant") {
      this.#said("bare", "answer", said, at);
      return;
    }
    if (item["role"] !== "user") return;
    this.#session.first({ cwd: folderIn(said) });
    this.#said("bare", "prompt", said, at);
  }

  #result(useId: string, output: unknown, at: number): void {
    const call = this.#open.answered(useId);
    if (call === null) return;
    const ended = this.#ended.get(useId);
    this.#ended.delete(useId);
    const inner = object({ output }, "output");
    const said = flatText(inner?.["content"] ?? inner?.["output"] ?? output);
    const error =
      exitError(ended?.exit ?? exitOf(said)) ?? (inner?.["success"] === false ? said : null);
    const durationMs = ended?.durationMs ?? null;
    const tool = toolUse({ ...call, ok: error === null, error, durationMs, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }
}

export const codexHistory: AgentHistory = {
  version: 1,
  roots: codexRoots,
  sourceOf: codexSource,
  titles: codexTitles,
  commitIn: codexCommit,
  *read(source, files) {
    const { key, paths, state = null } = source;
    if (nameOf(key) === PROMPT_LOG) return yield* promptLog(source, files, codexTyped);
    // The same thread may lie compressed beside itself, or archived: the same keys come again.
    const known = new Map(Object.entries((state ?? {}) as Record<string, KeptThread>));
    const rests: Record<string, KeptThread> = {};
    for (const path of paths) {
      const reader = new Reader(files, path, known.get(path) ?? null);
      yield* reader.read();
      const rest = reader.rest();
      if (rest !== null) rests[path] = rest;
    }
    if (paths.every((path) => path in rests)) files.remember(rests);
  },
};
