import { Draft, modelCall, nameOf, tokenCount } from "../history/draft.ts";
import type { AgentHistory, HistoryFiles, HistoryPart } from "../history/model.ts";
import { exitError } from "../wire/build.ts";
import {
  flatText,
  id,
  isPayload,
  number,
  object,
  type Payload,
  text,
  time,
} from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const THREAD = /\/T-[^/]+\.json$/u;

function listOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.filter(isPayload) : [];
}

/** The folder in which a thread ran, of a `file:` address. */
function folderOf(thread: Payload): string | null {
  const initial = object(object(thread, "env"), "initial");
  const uri = text(listOf(initial?.["trees"])[0] ?? null, "uri");
  if (uri === null || !URL.canParse(uri)) return null;
  const { protocol, pathname } = new URL(uri);
  return protocol === "file:" ? decoded(pathname).replace(/^\/(?=[A-Za-z]:)/u, "") : null;
}

/** The path of an address; one in which a % stands for itself is taken as it is. */
function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}

/** One thread, which is rewritten at every step. */
class Reader {
  readonly #session: Draft;
  readonly #pending = new Map<string, { readonly name: string | null; readonly input: unknown }>();
  #at: number;

  constructor(session: Draft, created: number) {
    this.#session = session;
    this.#at = created;
  }

  message(message: Payload, place: string): void {
    const usage = object(message, "usage");
    const meta = object(message, "meta");
    const told = (usage && time(usage, "timestamp")) ?? (meta && time(meta, "sentAt"));
    // A message without a time has that of the one before.
    this.#at = told ?? this.#at;
    const content = message["content"];
    if (message["role"] === "user") this.#user(listOf(content), content, place);
    else if (message["role"] === "assistant") {
      this.#assistant(listOf(content), text(usage, "model"), place);
      if (usage !== null) this.#call(usage, place);
    }
  }

  #user(parts: readonly Payload[], content: unknown, place: string): void {
    const results = parts.filter((part) => part["type"] === "tool_result");
    for (const result of results) this.#result(result);
    if (results.length > 0) return;
    const said = flatText(parts.length > 0 ? parts.filter(isText) : content);
    const at = this.#at;
    if (said !== null) this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #assistant(parts: readonly Payload[], model: string | null, place: string): void {
    this.#session.last({ model });
    const said = flatText(parts.filter(isText));
    const at = this.#at;
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said, model });
    for (const part of parts) {
      const useId = part["type"] === "tool_use" ? id(part, "id") : null;
      if (useId === null) continue;
      this.#pending.set(useId, { name: text(part, "name"), input: part["input"] });
    }
  }

  #result(result: Payload): void {
    const useId = id(result, "toolUseID", "tool_use_id");
    const call = useId === null ? undefined : this.#pending.get(useId);
    const run = object(result, "run");
    const status = text(run, "status");
    if (useId === null || call === undefined || status === "in-progress") return;
    this.#pending.delete(useId);
    const output = run?.["result"] ?? result["content"];
    const failed = result["is_error"] === true || (status !== null && status !== "done");
    const reason = text(object(run, "error"), "message") ?? flatText(output) ?? status;
    const exit = exitError(number(object({ output }, "output"), "exitCode"));
    const error = failed ? reason : exit;
    const tool = toolUse({ ...call, ok: error === null, error, output });
    const at = this.#at;
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }

  #call(usage: Payload, place: string): void {
    const call = modelCall({
      key: `${this.#session.facts.externalId}:${place}`,
      at: this.#at,
      model: text(usage, "model"),
      input: tokenCount(usage, "inputTokens"),
      cacheRead: tokenCount(usage, "cacheReadInputTokens"),
      cacheWrite5m: tokenCount(usage, "cacheCreationInputTokens"),
      output: tokenCount(usage, "outputTokens"),
    });
    this.#session.call(call);
  }

  /** What older threads tell of their calls instead. */
  ledger(events: readonly Payload[]): void {
    for (const event of events) {
      const at = time(event, "timestamp") ?? this.#at;
      const tokens = object(event, "tokens");
      const name = id(event, "id") ?? `at:${at}`;
      if (tokens === null) continue;
      this.#session.call(
        modelCall({
          key: `${this.#session.facts.externalId}:${name}`,
          at,
          model: text(event, "model"),
          input: tokenCount(tokens, "input"),
          cacheRead: tokenCount(tokens, "cacheReadInputTokens"),
          cacheWrite5m: tokenCount(tokens, "cacheCreationInputTokens"),
          output: tokenCount(tokens, "output"),
        }),
      );
    }
  }
}

const isText = (part: Payload) => part["type"] === "text";

function* readThread(path: string, files: HistoryFiles): Generator<HistoryPart> {
  const thread = files.json(path);
  if (thread === null) {
    files.passOver();
    return;
  }
  const session = new Draft(files, path, nameOf(path).replace(/\.json$/u, ""));
  session.first({ title: text(thread, "title"), cwd: folderOf(thread) });
  const reader = new Reader(session, time(thread, "created") ?? files.modified(path));
  const messages = listOf(thread["messages"]);
  for (const [nth, message] of messages.entries()) {
    reader.message(message, id(message, "messageId") ?? `message:${nth}`);
    if (session.isFull) yield session.part();
  }
  const hasUsage = messages.some((message) => object(message, "usage") !== null);
  if (!hasUsage) reader.ledger(listOf(object(thread, "usageLedger")?.["events"]));
  yield session.part();
}

export const ampHistory: AgentHistory = {
  version: 1,
  roots: ({ AMP_DATA_DIR, XDG_DATA_HOME, HOME, USERPROFILE }) => {
    const home = HOME || USERPROFILE;
    const data = XDG_DATA_HOME || (home ? `${home}/.local/share` : null);
    const folder = AMP_DATA_DIR || (data === null ? null : `${data}/amp`);
    return folder === null ? [] : [`${folder}/threads`];
  },
  sourceOf: (path) => (THREAD.test(path) ? path : null),
  *read({ paths }, files) {
    for (const path of paths) yield* readThread(path, files);
  },
};
