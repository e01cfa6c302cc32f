import {
  Clock,
  Draft,
  modelCall,
  nameOf,
  objects,
  parentFolder,
  tokenCount,
} from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart } from "../history/model.ts";
import { OpenCalls } from "../history/open-calls.ts";
import { flatText, id, number, object, type Payload, text } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const WIRE = /^(.*\/(session_[^/]+))\/agents\/([^/]+)\/wire\.jsonl$/u;
/** Before there were subagents with files of their own. */
const LEGACY = /^(.*\/\.kimi\/sessions\/[^/]+\/([^/]+))\/wire\.jsonl$/u;

/** An alias is `provider/model`. */
function modelOf(alias: string | null): string | null {
  return alias === null ? null : alias.slice(alias.indexOf("/") + 1);
}

/** Calls, whose model they are of, and where a fork's own begin. */
const CALL_WORDS = ['"usage.record"', '"token_usage"', '"profile.bind"', '"forked"'];

/** So many moments are kept of which calls are named. */
const KEPT_MOMENTS = 20;

/** What has to be known of the lines before one: names, numbers, times. */
interface FileState {
  readonly at: number;
  /** How many lines there were. */
  readonly place: number;
  readonly isOwn: boolean;
  readonly model: string | null;
  /** How many calls were made at each of the last moments. */
  readonly calls: readonly (readonly [at: number, count: number])[];
}

type State = Readonly<Record<string, FileState>>;

class Reader {
  readonly #files: HistoryFiles;
  readonly #session: Draft;
  readonly #open: OpenCalls<{ path: string; offset: number; state: FileState }>;
  readonly #states = new Map<string, FileState>();
  readonly #isKnown: boolean;
  #path = "";
  #agent = "main";
  #model: string | null = null;
  /** A fork begins with its parent's lines. */
  #isOwn = true;
  #place = 0;
  #calls = new Map<number, number>();
  /** The time of the line before. */
  #before = 0;

  constructor(files: HistoryFiles, folder: string, externalId: string, transcript: string) {
    this.#files = files;
    this.#open = new OpenCalls(files);
    this.#session = new Draft(files, transcript, externalId);
    const state = files.json(`${folder}/state.json`);
    this.#isKnown = state !== null;
    const title = text(state, "title");
    this.#session.first({
      cwd: text(state, "cwd"),
      parent: id(state, "forkedFrom"),
      title: title?.startsWith("Fork: ") === true ? null : title,
    });
  }

  *file(path: string, state: FileState | null): Generator<HistoryPart> {
    this.#path = path;
    this.#agent = WIRE.exec(path)?.[3] ?? "main";
    const isForked = this.#agent === "main" && this.#session.facts.parent !== null;
    this.#isOwn = state?.isOwn ?? !isForked;
    this.#place = state?.place ?? 0;
    this.#calls = new Map(state?.calls);
    if (state !== null) this.#model = state.model;
    const clock = new Clock(this.#files.modified(path), state?.at);
    for (const line of objects(this.#files, path, { callWords: CALL_WORDS })) {
      this.#before = clock.last;
      this.#place++;
      const seconds = number(line, "timestamp");
      const at = clock.at(seconds === null ? line : { time: seconds * 1000 }, "time");
      this.#line(line, at);
      if (this.#session.isFull) yield this.#session.part();
    }
    this.#states.set(path, this.#state(clock.last));
  }

  #state(at: number): FileState {
    return {
      at,
      place: this.#place,
      isOwn: this.#isOwn,
      model: this.#model,
      calls: [...this.#calls].slice(-KEPT_MOMENTS),
    };
  }

  end(): HistoryPart {
    // Whether a session is a fork is told apart from its lines.
    if (this.#isKnown) this.#remember();
    return this.#session.part();
  }

  #remember(): void {
    for (const { path, offset, state } of this.#open.oldest().values()) {
      this.#files.goOnAt(path, offset);
      this.#states.set(path, state);
    }
    this.#files.remember(Object.fromEntries(this.#states) satisfies State);
  }

  #line(line: Payload, at: number): void {
    const message = object(line, "message");
    if (line["type"] === undefined && message !== null) {
      this.#legacy(message, at);
      return;
    }
    if (line["type"] === "forked" && this.#agent === "main") {
      this.#session.drop();
      this.#isOwn = true;
    }
    if (line["type"] === "profile.bind") this.#model = modelOf(text(line, "modelAlias"));
    if (!this.#isOwn) return;
    switch (line["type"]) {
      case "turn.prompt":
        this.#prompt(line, at);
        break;
      case "context.append_loop_event":
        this.#event(object(line, "event") ?? {}, at);
        break;
      case "usage.record":
        this.#usage(line, at);
        break;
      case "turn.ended":
        line["reason"] === "failed" ? this.#failed(object(line, "error"), at) : undefined;
        break;
    }
  }

  #failed(error: Payload | null, at: number): void {
    const place = `error:${this.#agent}:${this.#place}`;
    this.#session.event({ kind: "error", at, id: place, text: text(error, "message") });
  }

  #prompt(line: Payload, at: number): void {
    const said = flatText(line["input"]);
    const isPersons = text(object(line, "origin"), "kind") === "user" && this.#agent === "main";
    if (said === null || !isPersons) return;
    this.#open.prompted();
    const place = id(line, "promptId") ?? `prompt:${at}`;
    this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #event(event: Payload, at: number): void {
    if (event["type"] === "content.part") {
      const part = object(event, "part");
      const said = part?.["type"] === "text" ? text(part, "text") : null;
      if (said === null) return;
      const place = id(event, "uuid") ?? `answer:${at}`;
      this.#session.event({ kind: "answer", at, id: place, text: said, model: this.#model });
      return;
    }
    const useId = id(event, "toolCallId");
    if (useId === null) return;
    if (event["type"] === "tool.call") {
      const call = { name: text(event, "name"), input: event["args"] };
      const state = { ...this.#state(this.#before), place: this.#place - 1 };
      this.#open.called(useId, call, { path: this.#path, offset: this.#files.offset, state });
    } else if (event["type"] === "tool.result") this.#result(useId, object(event, "result"), at);
  }

  #result(useId: string, result: Payload | null, at: number): void {
    const call = this.#open.answered(useId);
    if (call === null) return;
    const failed = result?.["isError"] === true;
    const output = result?.["output"];
    const error = failed ? flatText(output) : null;
    const durationMs = number(result, "durationMs");
    const tool = toolUse({ ...call, ok: !failed, error, durationMs, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }

  /** Calls have no id: where they were made and when names them. */
  #key(at: number): string {
    const moment = `${this.#session.facts.externalId}:${this.#agent}:${at}`;
    const nth = this.#calls.get(at) ?? 0;
    this.#calls.set(at, nth + 1);
    return nth === 0 ? moment : `${moment}:${nth}`;
  }

  #usage(line: Payload, at: number): void {
    const usage = object(line, "usage");
    const alias = text(line, "model");
    const model = modelOf(alias);
    if (this.#agent === "main") this.#session.last({ model: alias });
    this.#session.call(
      modelCall({
        key: this.#key(at),
        at,
        model,
        input: tokenCount(usage, "inputOther"),
        cacheRead: tokenCount(usage, "inputCacheRead"),
        cacheWrite5m: tokenCount(usage, "inputCacheCreation"),
        output: tokenCount(usage, "output"),
      }),
    );
  }

  #legacy(message: Payload, at: number): void {
    const payload = object(message, "payload");
    const said = message["type"] === "TurnBegin" ? flatText(payload?.["user_input"]) : null;
    if (said !== null) {
      this.#session.event({ kind: "prompt", at, id: `line:${this.#place}`, text: said });
    }
    const usage = object(payload, "token_usage");
    if (message["type"] !== "StatusUpdate" || usage === null) return;
    this.#session.call(
      modelCall({
        key: this.#key(at),
        at,
        input: tokenCount(usage, "input_other"),
        cacheRead: tokenCount(usage, "input_cache_read"),
        cacheWrite5m: tokenCount(usage, "input_cache_creation"),
        output: tokenCount(usage, "output"),
      }),
    );
  }
}

export const kimiHistory: AgentHistory = {
  version: 1,
  roots: ({ KIMI_CODE_HOME, HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    const own = KIMI_CODE_HOME || (home ? `${home}/.kimi-code` : null);
    const folders = [own, home ? `${home}/.kimi` : null];
    return folders.filter((folder) => folder !== null).map((folder) => `${folder}/sessions`);
  },
  sourceOf: (path) => (WIRE.exec(path) ?? LEGACY.exec(path))?.[1] ?? null,
  besides: (key) => [key],
  *read({ key, paths, state = null }, files) {
    const isMain = (path: string) => nameOf(parentFolder(path)) === "main" || LEGACY.test(path);
    const main = paths.filter(isMain);
    const reader = new Reader(files, key, nameOf(key), main[0] ?? key);
    for (const path of [...main, ...paths.filter((path) => !isMain(path))])
      yield* reader.file(path, (state as State | null)?.[path] ?? null);
    yield reader.end();
  },
};
