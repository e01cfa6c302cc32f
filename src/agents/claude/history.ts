import { Clock, Draft, manyObjects, nameOf } from "../history/draft.ts";
import type {
  AgentHistory,
  HistoryEvent,
  HistoryFiles,
  HistoryPart,
  HistorySource,
} from "../history/model.ts";
import { promptLog } from "../history/prompt-log.ts";
import { asId, asObject, asText } from "../history/values.ts";
import { flatText, isPayload, type Payload } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { wantedLines } from "./lines.ts";
import { ClaudeMemory } from "./memory.ts";
import { claudeTyped } from "./prompts.ts";
import { claudeRetention } from "./retention.ts";
import { claudeSources, isPromptLog } from "./sources.ts";
import { claudeCalls, claudeTotals, minus } from "./usage.ts";
import { originOf } from "./worktree.ts";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;
/** What a person typed that is none of the model's business, and what Claude puts in their place. */
const ASIDE =
  /^(?:<command-name>|<local-command-|<bash-|<task-notification>|\[Request interrupted)/u;
const NO_ANSWER = "No response requested.";
const OF_SESSION = /^(?:agent-name|tag|pr-link|relocated|continued-in|derived-from)$/u;

/** A line of a subagent, by its file or by itself. */
function isAside(line: Payload): boolean {
  return line["isSidechain"] === true;
}

/** One session: its own file first, then those of its subagents. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #path: string;
  readonly #session: Draft;
  readonly #memory: ClaudeMemory;
  #file: string;
  #isCopying = false;
  /** Whether an answer was its own, so that it is no fork of which only copies are here. */
  #hasOwn: boolean;
  #title: readonly [rank: number, title: string];
  #calls: Payload[] = [];

  constructor(files: HistoryFiles, path: string, state: object | null) {
    this.#files = files;
    this.#path = path;
    this.#file = path;
    this.#memory = new ClaudeMemory(files, state);
    this.#hasOwn = state !== null;
    this.#title = [this.#memory.rank, ""];
    const name = nameOf(path).replace(/\.jsonl$/u, "");
    this.#session = new Draft(files, path, UUID.test(name) ? name : this.#memory.externalId);
    this.#session.totals = this.#memory.totals;
  }

  *file(path: string): Generator<HistoryPart> {
    const isSub = path !== this.#path;
    this.#file = path;
    const clock = new Clock(this.#files.modified(path), this.#memory.times.get(path));
    for (const lines of manyObjects(this.#files, path, wantedLines(this.#files))) {
      for (const line of lines) {
        const at = clock.at(line);
        if (isSub && this.#files.offset === 0) this.#subagent(line, path, at);
        this.#line(line, at, isSub);
        if (this.#session.isFull && !this.#isCopying) yield this.#session.part();
      }
    }
    this.#memory.times.set(path, clock.last);
  }

  end(): HistoryPart {
    for (const { agent, path, at } of this.#memory.stopped()) {
      const place = `stop:${agent}`;
      const name = asText(this.#meta(path)?.["agentType"]);
      this.#session.event({ kind: "subagent-stop", at, id: place, useId: agent, text: name });
    }
    if (this.#title[1] !== "") this.#session.last({ title: this.#title[1] });
    this.#remember();
    return this.#session.part();
  }

  /** A fork whose beginning isn't told apart from its parent's yet is read again. */
  #remember(): void {
    const { isFork, base } = this.#memory;
    if (!this.#hasOwn || this.#isCopying || (isFork && base === null)) return;
    for (const { path, offset } of this.#memory.open.oldest().values())
      this.#files.goOnAt(path, offset);
    const { externalId, totals } = this.#session.facts;
    this.#files.remember(this.#memory.state(externalId, this.#title[0], totals));
  }

  #meta(path: string): Payload | null {
    return this.#files.json(path.replace(/\.jsonl$/u, ".meta.json"));
  }

  #subagent(line: Payload, path: string, at: number): void {
    const agent = asId(line["agentId"]);
    if (agent === null) return;
    const meta = this.#meta(path);
    const place = `start:${agent}`;
    const name = asText(meta?.["agentType"]);
    this.#session.event({ kind: "subagent-start", at, id: place, useId: agent, text: name });
    const useId = asId(meta?.["toolUseId"]);
    if (useId !== null) this.#memory.started(useId, agent, path);
  }

  #line(line: Payload, at: number, isSub: boolean): void {
    // Nearly all lines name it.
    if (line["sessionId"] !== this.#session.facts.externalId && this.#isOthers(line, isSub)) return;
    const { type } = line;
    if (type === "user") this.#user(line, at, isSub);
    else if (type === "assistant") this.#assistant(line, at, isSub);
    else if (type === "progress") this.#progress(line, at);
    else if (type === "system") this.#system(line, at, isSub);
    else if (type === "cost-state") this.#costState(line, at);
    else if (!this.#names(line)) this.#files.passOver();
  }

  #isOthers(line: Payload, isSub: boolean): boolean {
    const session = asId(line["sessionId"]);
    if (session === null) return false;
    if (this.#session.facts.externalId === "") this.#session.first({ externalId: session });
    return session !== this.#session.facts.externalId && !isSub;
  }

  /** @returns false if nothing is known of such a line */
  #names(line: Payload): boolean {
    const { type } = line;
    if (type === "custom-title") this.#entitle(3, asText(line["customTitle"]));
    else if (type === "ai-title") this.#entitle(2, asText(line["aiTitle"]));
    else if (type === "summary") this.#entitle(1, asText(line["summary"]));
    else if (type === "worktree-state") this.#session.last({ origin: originOf(line) });
    else return OF_SESSION.test(asText(line["type"]) ?? "");
    return true;
  }

  #entitle(rank: number, title: string | null): void {
    if (title !== null && rank >= this.#title[0]) this.#title = [rank, title];
  }

  #facts(line: Payload): void {
    const { cwd, branch, version } = this.#session.facts;
    const isForked = line["forkedFrom"] !== undefined;
    if (cwd !== null && branch !== null && version !== null && !isForked) return;
    this.#session.first({
      cwd: asText(line["cwd"]),
      branch: asText(line["gitBranch"]),
      version: asText(line["version"]),
      parent: asText(asObject(line["forkedFrom"])?.["sessionId"]),
    });
  }

  #user(line: Payload, at: number, isSub: boolean): void {
    this.#facts(line);
    const content = asObject(line["message"])?.["content"];
    if (content === undefined) {
      this.#files.passOver();
      return;
    }
    const parts = Array.isArray(content) ? content.filter(isPayload) : [];
    const results = parts.filter((part) => part["type"] === "tool_result");
    for (const result of results) this.#result(result, at);
    if (results.length > 0 || isSub || isAside(line)) return;
    if (line["isMeta"] === true || line["isCompactSummary"] === true) return;
    const said = flatText(content);
    if (said === null || ASIDE.test(said.trimStart())) return;
    this.#memory.open.prompted();
    this.#session.event({
      kind: "prompt",
      at,
      id: asText(line["uuid"]) ?? `prompt:${at}`,
      useId: asId(line["promptId"]),
      text: said,
    });
  }

  #result(result: Payload, at: number): void {
    const useId = asId(result["tool_use_id"]);
    const call = useId === null ? null : this.#memory.answered(useId, at);
    if (useId === null || call === null) return;
    const failed = result["is_error"] === true;
    const output = result["content"];
    const error = failed ? flatText(output) : null;
    const tool = toolUse({ ...call, ok: !failed, error, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }

  /** A fork begins with a copy of its parent's lines, whose answers name the parent. */
  #copied(line: Payload): boolean {
    const requested = asId(line["requestSessionId"]);
    this.#isCopying = requested !== null && requested !== this.#session.facts.externalId;
    if (!this.#isCopying) return false;
    this.#memory.isFork = true;
    this.#session.first({ parent: requested });
    this.#session.drop();
    this.#calls = [];
    return true;
  }

  #assistant(line: Payload, at: number, isSub: boolean): void {
    const message = asObject(line["message"]);
    if (message === null) {
      this.#files.passOver();
      return;
    }
    if (!isSub && this.#copied(line)) return;
    this.#facts(line);
    const model = asText(message["model"]);
    const content = this.#files.wantsEvents ? message["content"] : null;
    const parts = Array.isArray(content) ? content.filter(isPayload) : [];
    const uuid = asText(line["uuid"]) ?? `answer:${at}`;
    if (line["isApiErrorMessage"] === true || model === "<synthetic>") {
      const said = flatText(parts);
      if (said !== NO_ANSWER) this.#session.event({ kind: "error", at, id: uuid, text: said });
      return;
    }
    const key = asId(message["id"]) ?? uuid;
    if (!isSub && !isAside(line)) {
      this.#memory.owns(key);
      this.#hasOwn = true;
      this.#session.last({ model });
    } else if (this.#memory.isOwn(key)) return;
    this.#parts(parts, { at, id: uuid, model });
    this.#usage(line, message, at);
  }

  #parts(parts: readonly Payload[], known: Pick<HistoryEvent, "at" | "id" | "model">): void {
    for (const [index, part] of parts.entries()) {
      if (part["type"] === "tool_use") {
        const useId = asId(part["id"]);
        const place = { path: this.#file, offset: this.#files.offset };
        const call = { name: asText(part["name"]), input: part["input"] };
        if (useId !== null) this.#memory.called(useId, call, place);
      }
      const said = part["type"] === "text" ? asText(part["text"]) : null;
      if (said === null) continue;
      const place = index === 0 ? known.id : `${known.id}:${index}`;
      const { at, model } = known;
      this.#session.event({ kind: "answer", at, id: place, text: said, model });
    }
  }

  #usage(line: Payload, message: Payload, at: number): void {
    if (this.#memory.repeats(line, message)) return;
    const calls = claudeCalls(line, message, at);
    if (calls.length === 0) return;
    for (const call of calls) this.#session.call(call);
    if (this.#memory.isFork && this.#memory.base === null) this.#calls.push(message);
  }

  /** Older subagents stand in their parent's file. */
  #progress(line: Payload, at: number): void {
    const inner = asObject(asObject(line["data"])?.["message"]);
    const message = asObject(inner?.["message"]);
    if (inner === null || message === null || asObject(message["usage"]) === null) return;
    const key = asId(message["id"]);
    if (key !== null && this.#memory.isOwn(key)) return;
    this.#usage(inner, message, at);
  }

  #system(line: Payload, at: number, isSub: boolean): void {
    if (isSub) return;
    this.#facts(line);
    if (line["subtype"] !== "compact_boundary") return;
    const trigger = asText(asObject(line["compactMetadata"])?.["trigger"]);
    const place = asText(line["uuid"]) ?? `compact:${at}`;
    this.#session.event({ kind: "compact", at, id: place, text: trigger });
  }

  #costState(line: Payload, at: number): void {
    const totals = claudeTotals(line);
    const memory = this.#memory;
    if (memory.isFork) memory.base ??= minus(totals, claudeTotals(this.#calls));
    const models = memory.base === null ? totals : minus(totals, memory.base);
    this.#session.totals = { at, models };
  }
}

export const claudeHistory: AgentHistory = {
  version: 1,
  ...claudeSources,
  retention: claudeRetention,
  *read(source: HistorySource, files) {
    const { key, paths, state = null } = source;
    if (isPromptLog(key)) return yield* promptLog(source, files, claudeTyped);
    const reader = new Reader(files, key, state);
    const subs = paths.filter((path) => path !== key);
    for (const path of [...paths.filter((path) => path === key), ...subs]) yield* reader.file(path);
    yield reader.end();
  },
};
