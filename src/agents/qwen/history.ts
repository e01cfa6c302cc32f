import { Clock, Draft, modelCall, objects, overlapping, tokenCount } from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart, ModelCall } from "../history/model.ts";
import { OpenCalls } from "../history/open-calls.ts";
import { flatText, id, isPayload, number, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { failedCommand } from "./hooks.ts";

const CHAT = /^(.*)\/chats\/([^/]+)\.jsonl$/u;
const SUB = /^(.*)\/subagents\/([^/]+)\/agent-[^/]*\.jsonl$/u;

/** The telemetry of calls, and answers, which tell of them where there is none. */
const CALL_WORDS = ['qwen-code.api_response"', '"assistant"'];

function partsOf(line: Payload): Payload[] {
  const parts = object(line, "message")?.["parts"];
  return Array.isArray(parts) ? parts.filter(isPayload) : [];
}

/** What was said; what the model thought is marked. */
function saidIn(line: Payload): string | null {
  return flatText(partsOf(line).filter((part) => part["thought"] !== true));
}

/** What the next pass has to know: an id, a name, times. */
interface State {
  readonly externalId: string;
  readonly model: string | null;
  readonly hasTelemetry: boolean;
  /** The last known time in each file. */
  readonly times: readonly (readonly [path: string, at: number])[];
}

/** One session: its own file first, then those of its subagents. */
class Reader {
  readonly #files: HistoryFiles;
  readonly #session: Draft;
  readonly #open: OpenCalls;
  readonly #times: Map<string, number>;
  /** What answers tell of their calls, for versions that tell them nowhere else. */
  readonly #told: ModelCall[] = [];
  #file = "";
  #hasTelemetry: boolean;
  /** Whether the session's own file has an answer, which follows its telemetry. */
  #hasAnswers: boolean;

  constructor(files: HistoryFiles, path: string, state: State | null) {
    this.#files = files;
    this.#open = new OpenCalls(files);
    this.#session = new Draft(files, path, state?.externalId);
    this.#times = new Map(state?.times);
    this.#hasTelemetry = state?.hasTelemetry ?? false;
    this.#hasAnswers = state !== null;
    this.#session.last({ model: state?.model ?? null });
  }

  *file(path: string): Generator<HistoryPart> {
    const isSub = SUB.test(path);
    this.#file = path;
    const clock = new Clock(this.#files.modified(path), this.#times.get(path));
    for (const line of objects(this.#files, path, { callWords: CALL_WORDS })) {
      const at = clock.at(line);
      if (isSub && this.#files.offset === 0) this.#subagent(line, at);
      this.#line(line, at, isSub);
      if (this.#session.isFull) yield this.#session.part();
    }
    this.#times.set(path, clock.last);
  }

  *end(): Generator<HistoryPart> {
    if (!this.#hasTelemetry && this.#hasAnswers)
      for (const call of this.#told) this.#session.call(call);
    const { externalId, model } = this.#session.facts;
    if (externalId === "") return;
    yield this.#session.part();
    // Without an answer nobody knows yet where this version tells of its calls.
    if (!this.#hasAnswers) return;
    for (const { path, offset } of this.#open.oldest().values()) this.#files.goOnAt(path, offset);
    const [hasTelemetry, times] = [this.#hasTelemetry, [...this.#times]];
    this.#files.remember({ externalId, model, hasTelemetry, times } satisfies State);
  }

  #subagent(line: Payload, at: number): void {
    const agent = id(line, "agentId");
    if (agent === null) return;
    const name = text(line, "agentName");
    const place = `start:${agent}`;
    this.#session.event({ kind: "subagent-start", at, id: place, useId: agent, text: name });
  }

  #line(line: Payload, at: number, isSub: boolean): void {
    this.#session.first({
      externalId: id(line, "sessionId") ?? "",
      cwd: text(line, "cwd"),
      branch: text(line, "gitBranch"),
      version: text(line, "version"),
    });
    const place = text(line, "uuid") ?? `line:${at}`;
    switch (line["type"]) {
      case "user":
        this.#user(line, at, place, isSub);
        break;
      case "assistant":
        this.#assistant(line, at, place, isSub);
        break;
      case "tool_result":
        this.#result(line, at);
        break;
      case "system":
        this.#system(line, at, place);
        break;
      default:
        this.#files.passOver();
    }
  }

  #user(line: Payload, at: number, place: string, isSub: boolean): void {
    const { provenance } = line;
    if (isSub || (provenance !== undefined && provenance !== "real_user")) return;
    const said = saidIn(line);
    if (said === null) return;
    this.#open.prompted();
    this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #assistant(line: Payload, at: number, place: string, isSub: boolean): void {
    const model = text(line, "model");
    if (!isSub) this.#session.last({ model });
    this.#hasAnswers ||= !isSub;
    const said = saidIn(line);
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said, model });
    for (const part of partsOf(line)) {
      const call = object(part, "functionCall");
      const useId = id(call, "id");
      const from = { path: this.#file, offset: this.#files.offset };
      if (useId !== null)
        this.#open.called(useId, { name: text(call, "name"), input: call?.["args"] }, from);
    }
    const used = object(line, "usageMetadata");
    if (used === null) return;
    this.#told.push(
      modelCall({
        key: place,
        at,
        model,
        ...overlapping(
          tokenCount(used, "promptTokenCount"),
          tokenCount(used, "cachedContentTokenCount"),
        ),
        output: tokenCount(used, "candidatesTokenCount"),
        reasoning: tokenCount(used, "thoughtsTokenCount"),
      }),
    );
  }

  #result(line: Payload, at: number): void {
    const result = object(line, "toolCallResult");
    const useId = id(result, "callId");
    const call = useId === null ? null : this.#open.answered(useId);
    if (useId === null || call === null) return;
    const response = object(object(partsOf(line)[0] ?? null, "functionResponse"), "response");
    const output = text(response, "output") ?? text(response, "error");
    const status = text(result, "status");
    const display = object(result, "resultDisplay");
    const exited = failedCommand(number(display, "exitCode"), text(display, "output"));
    const failed = status === "error" || status === "cancelled";
    const error = exited ?? (failed ? output : null);
    const durationMs = number(result, "durationMs");
    const tool = toolUse({ ...call, ok: !failed && error === null, error, durationMs, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }

  #system(line: Payload, at: number, place: string): void {
    const subtype = text(line, "subtype") ?? "";
    if (subtype.includes("compress")) {
      this.#session.event({ kind: "compact", at, id: place });
      return;
    }
    const told = object(object(line, "systemPayload"), "uiEvent");
    const name = text(told, "event.name");
    if (name === "qwen-code.api_response") this.#response(told, at);
    if (name === "qwen-code.api_error") {
      const message = text(told, "error_message", "error");
      this.#session.event({ kind: "error", at, id: place, text: message });
    }
  }

  /** Some servers give the same id again, so that the time belongs to the key. */
  #response(told: Payload | null, at: number): void {
    this.#hasTelemetry = true;
    this.#session.call(
      modelCall({
        key: `${id(told, "response_id") ?? ""}:${text(told, "event.timestamp") ?? at}`,
        at,
        model: text(told, "model"),
        ...overlapping(
          tokenCount(told, "input_token_count"),
          tokenCount(told, "cached_content_token_count"),
        ),
        output: tokenCount(told, "output_token_count"),
        reasoning: tokenCount(told, "thoughts_token_count"),
      }),
    );
  }
}

export const qwenHistory: AgentHistory = {
  version: 1,
  roots: ({ QWEN_HOME, QWEN_RUNTIME_DIR, HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    const own = QWEN_HOME || (home ? `${home}/.qwen` : null);
    return [own, QWEN_RUNTIME_DIR || null]
      .filter((folder) => folder !== null)
      .map((folder) => `${folder}/projects`);
  },
  sourceOf(path) {
    const [, root, session] = SUB.exec(path) ?? CHAT.exec(path) ?? [];
    return session === undefined ? null : `${root}/chats/${session}.jsonl`;
  },
  besides: (key) => [key, key.replace(CHAT, "$1/subagents/$2")],
  *read({ key, paths, state = null }, files) {
    const reader = new Reader(files, key, state as State | null);
    const subs = paths.filter((path) => path !== key);
    for (const path of [...paths.filter((path) => path === key), ...subs]) yield* reader.file(path);
    yield* reader.end();
  },
};
