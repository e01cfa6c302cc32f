import {
  Clock,
  Draft,
  modelCall,
  nameOf,
  objects,
  overlapping,
  parentFolder,
  tokenCount,
} from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart, WantedLines } from "../history/model.ts";
import { OpenCalls } from "../history/open-calls.ts";
import { exitError } from "../wire/build.ts";
import { flatText, id, number, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { type RunsOfModels, RunTotals } from "./run-totals.ts";

/** Lines about the program itself, which are long. */
const SKIPPED = /^\{"type":"(?:hook\.|model\.|system\.)/u;
const WANTED: WantedLines = {
  skips: (head) => SKIPPED.test(head),
  callWords: ['"session.', '"assistant.message"'],
};
const KNOWN = /^(?:session|assistant|subagent|tool|hook|model|system|abort|skill|user)\b/u;

/** What the next pass has to know: an id, a name, numbers. */
interface State {
  readonly externalId: string;
  readonly model: string | null;
  readonly hasRecords: boolean;
  readonly runs: RunsOfModels;
  /** Where the line of the last shutdown begins. */
  readonly lastRun: number;
  readonly at: number;
}

class Reader {
  readonly #files: HistoryFiles;
  readonly #path: string;
  readonly #session: Draft;
  readonly #clock: Clock;
  readonly #open: OpenCalls;
  readonly #runs: RunTotals;
  #hasRecords: boolean;
  #lastRun: number;

  constructor(files: HistoryFiles, path: string, state: State | null) {
    this.#files = files;
    this.#path = path;
    this.#clock = new Clock(files.modified(path), state?.at);
    this.#open = new OpenCalls(files);
    this.#session = new Draft(files, path, state?.externalId);
    this.#runs = new RunTotals(state?.runs);
    this.#hasRecords = state?.hasRecords ?? false;
    this.#lastRun = state?.lastRun ?? -1;
    this.#session.last({ model: state?.model ?? null });
  }

  *file(): Generator<HistoryPart> {
    const path = this.#path;
    for (const line of objects(this.#files, path, WANTED)) {
      const at = this.#clock.at(line);
      this.#line(line, object(line, "data") ?? {}, at);
      if (this.#session.isFull) yield this.#session.part();
    }
    const { externalId, model } = this.#session.facts;
    const name = /^name: (.+)$/mu.exec(
      this.#files.text(`${parentFolder(path)}/workspace.yaml`) ?? "",
    );
    this.#session.last({ title: name?.[1]?.trim() ?? null });
    if (!this.#hasRecords)
      for (const call of this.#runs.calls(externalId)) this.#session.call(call);
    if (externalId === "") return;
    yield this.#session.part();
    for (const { offset } of this.#open.oldest().values()) this.#files.goOnAt(path, offset);
    this.#files.remember({
      externalId,
      model,
      hasRecords: this.#hasRecords,
      runs: this.#runs.all,
      lastRun: this.#lastRun,
      at: this.#clock.last,
    } satisfies State);
  }

  #line(line: Payload, data: Payload, at: number): void {
    const place = id(line, "id") ?? `line:${at}`;
    const isSub = id(line, "agentId") !== null;
    const type = text(line, "type") ?? "";
    switch (type) {
      case "session.start":
      case "session.resume":
        this.#start(data);
        break;
      case "user.message":
        this.#prompt(isSub ? null : text(data, "content"), at, place);
        break;
      case "assistant.message":
        this.#answer(data, at, place, isSub);
        break;
      case "tool.execution_start":
        this.#call(data);
        break;
      case "tool.execution_complete":
        this.#result(data, at);
        break;
      case "session.usage_record":
        this.#record(object(data, "usage") ?? {}, at, place);
        break;
      case "session.compaction_complete":
        this.#compacted(data, at, place);
        break;
      case "session.shutdown":
        this.#shutdown(object(data, "modelMetrics") ?? {}, at);
        break;
      case "session.error":
        this.#session.event({ kind: "error", at, id: place, text: text(data, "message") });
        break;
      case "subagent.started":
      case "subagent.completed":
        this.#subagent(type, line, data, at);
        break;
      default:
        if (!KNOWN.test(type)) this.#files.passOver();
    }
  }

  /** The same line may come again, because the next pass begins at an open call. */
  #shutdown(metrics: Payload, at: number): void {
    if (this.#files.offset <= this.#lastRun) return;
    this.#lastRun = this.#files.offset;
    this.#runs.add(metrics, at);
  }

  #start(data: Payload): void {
    const context = object(data, "context");
    const [host, name] = [text(context, "repositoryHost"), text(context, "repository")];
    this.#session.first({
      externalId: id(data, "sessionId") ?? "",
      version: text(data, "copilotVersion"),
      cwd: text(context, "cwd"),
      branch: text(context, "branch"),
      remote: host !== null && name !== null ? `https://${host}/${name}.git` : null,
    });
  }

  #prompt(said: string | null, at: number, place: string): void {
    if (said === null) return;
    this.#open.prompted();
    this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #answer(data: Payload, at: number, place: string, isSub: boolean): void {
    const model = text(data, "model");
    if (!isSub) this.#session.last({ model });
    const said = text(data, "content");
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said, model });
  }

  #call(data: Payload): void {
    const useId = id(data, "toolCallId");
    if (useId === null) return;
    const place = { path: this.#path, offset: this.#files.offset };
    this.#open.called(useId, { name: text(data, "toolName"), input: data["arguments"] }, place);
  }

  #result(data: Payload, at: number): void {
    const useId = id(data, "toolCallId");
    const call = useId === null ? null : this.#open.answered(useId);
    if (useId === null || call === null) return;
    const failed = data["success"] === false;
    const output = object(data, "result")?.["content"];
    const exit = number(object(data, "shellExecution"), "exitCode");
    const told = text(object(data, "error"), "message") ?? flatText(output);
    const error = failed ? told : exitError(exit);
    const tool = toolUse({ ...call, ok: !failed && error === null, error, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, tool });
  }

  #record(usage: Payload, at: number, place: string): void {
    this.#hasRecords = true;
    const name = id(object(usage, "accounting"), "usageId") ?? id(usage, "apiCallId") ?? place;
    this.#tokens(`${this.#session.facts.externalId}:${name}`, usage, at, 1);
  }

  #tokens(key: string, usage: Payload, at: number, calls: number): void {
    const [read, written] = [
      tokenCount(usage, "cacheReadTokens"),
      tokenCount(usage, "cacheWriteTokens"),
    ];
    this.#session.call(
      modelCall({
        key,
        at,
        model: text(usage, "model"),
        ...overlapping(tokenCount(usage, "inputTokens"), read, written),
        output: tokenCount(usage, "outputTokens"),
        reasoning: tokenCount(usage, "reasoningTokens"),
        count: calls,
      }),
    );
  }

  /** What a compaction used is not among the records. */
  #compacted(data: Payload, at: number, place: string): void {
    if (data["success"] !== false) {
      this.#session.event({ kind: "compact", at, id: place, text: text(data, "trigger") });
    }
    const used = object(data, "compactionTokensUsed");
    if (used === null) return;
    this.#tokens(`compaction:${place}`, used, at, Math.max(1, tokenCount(used, "requestCount")));
  }

  #subagent(type: string, line: Payload, data: Payload, at: number): void {
    const agent = id(line, "agentId");
    if (agent === null) return;
    const kind = type === "subagent.started" ? "subagent-start" : "subagent-stop";
    const name = text(data, "agentName");
    this.#session.event({ kind, at, id: `${kind}:${agent}`, useId: agent, text: name });
  }
}

/** The commit at which a session began, by its first line. */
function commitIn(path: string, files: HistoryFiles): string | null {
  for (const line of files.lines(path)) {
    return text(object(object(line, "data"), "context"), "headCommit");
  }
  return null;
}

export const copilotHistory: AgentHistory = {
  version: 1,
  roots: ({ COPILOT_HOME, HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    const folder = COPILOT_HOME || (home ? `${home}/.copilot` : null);
    return folder === null ? [] : [`${folder}/session-state`];
  },
  sourceOf: (path) => {
    if (nameOf(path) === "events.jsonl") return path;
    return nameOf(parentFolder(path)) === "session-state" && path.endsWith(".jsonl") ? path : null;
  },
  commitIn,
  *read({ paths, state = null }, files) {
    for (const path of paths) yield* new Reader(files, path, state as State | null).file();
  },
};
