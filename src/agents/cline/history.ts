import {
  Draft,
  modelCall,
  nameOf,
  overlapping,
  parentFolder,
  tokenCount,
} from "../history/draft.ts";
import type { AgentHistory, HistoryFiles } from "../history/model.ts";
import { flatText, id, isPayload, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { readTask, taskRoots, taskSource } from "./tasks.ts";

const INPUT = /^<user_input[^>]*>([\s\S]*?)<\/user_input>/u;

function listOf(value: unknown): Payload[] {
  return Array.isArray(value) ? value.filter(isPayload) : [];
}

/** One file of messages, which is rewritten at every step. */
class Reader {
  readonly #session: Draft;
  readonly #isSub: boolean;
  readonly #pending = new Map<string, { readonly name: string | null; readonly input: unknown }>();
  #last: number;

  constructor(session: Draft, isSub: boolean, modified: number) {
    this.#session = session;
    this.#isSub = isSub;
    this.#last = modified;
  }

  messages(messages: readonly Payload[]): void {
    for (const message of messages) {
      this.#last = time(message, "ts") ?? this.#last;
      if (message["role"] === "user") this.#user(message, this.#last);
      else if (message["role"] === "assistant") this.#assistant(message, this.#last);
    }
  }

  #user(message: Payload, at: number): void {
    const parts = listOf(message["content"]);
    const results = parts.filter((part) => part["type"] === "tool_result");
    for (const result of results) this.#result(result, at);
    if (results.length > 0 || this.#isSub) return;
    const told = flatText(message["content"]);
    const said = told === null ? null : (INPUT.exec(told)?.[1] ?? told);
    const place = id(message, "id") ?? `prompt:${at}`;
    if (said !== null) this.#session.event({ kind: "prompt", at, id: place, text: said });
  }

  #assistant(message: Payload, at: number): void {
    const place = id(message, "id") ?? `answer:${at}`;
    const parts = listOf(message["content"]);
    const said = flatText(parts.filter((part) => part["type"] === "text"));
    if (text(object(message, "metadata"), "displayRole") === "error") {
      this.#session.event({ kind: "error", at, id: place, text: said });
      return;
    }
    const model = text(object(message, "modelInfo"), "id");
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said, model });
    for (const part of parts) {
      const useId = part["type"] === "tool_use" ? id(part, "id") : null;
      if (useId !== null)
        this.#pending.set(useId, { name: text(part, "name"), input: part["input"] });
    }
    this.#usage(message, place, model, at);
  }

  #usage(message: Payload, place: string, model: string | null, at: number): void {
    const used = object(message, "metrics");
    if (used === null) return;
    const [read, written] = [
      tokenCount(used, "cacheReadTokens"),
      tokenCount(used, "cacheWriteTokens"),
    ];
    this.#session.call(
      modelCall({
        key: `${this.#session.facts.externalId}:${place}`,
        at,
        model,
        ...overlapping(tokenCount(used, "inputTokens"), read, written),
        output: tokenCount(used, "outputTokens"),
      }),
    );
  }

  #result(result: Payload, at: number): void {
    const useId = id(result, "tool_use_id");
    const call = useId === null ? undefined : this.#pending.get(useId);
    if (useId === null || call === undefined) return;
    this.#pending.delete(useId);
    const output = result["content"];
    const failed =
      result["is_error"] === true || listOf(output).some((part) => part["success"] === false);
    const said = flatText(output) ?? text(listOf(output)[0] ?? null, "error", "result");
    const tool = toolUse({ ...call, ok: !failed, error: failed ? said : null, output });
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `tool:${useId}`, useId, tool });
  }
}

function entitle(session: Draft, about: Payload | null, latest: number): void {
  const metadata = object(about, "metadata");
  const git = object(metadata, "git");
  const ended = about === null ? null : time(about, "ended_at");
  session.first({
    cwd: text(about, "cwd"),
    branch: text(git, "branch"),
    remote: text(git, "url"),
    model: text(about, "model"),
    title: text(metadata, "title"),
    version: text(object(metadata, "sessionHistoryOrigin"), "version"),
    endedAt: ended !== null && ended <= latest ? ended : null,
  });
}

function subagent(session: Draft, useId: string, messages: readonly Payload[]): void {
  const times = messages.flatMap((message) => time(message, "ts") ?? []);
  const [from, to] = [times[0], times.at(-1)];
  if (from === undefined || to === undefined) return;
  session.event({ kind: "subagent-start", at: from, id: `start:${useId}`, useId });
  session.event({ kind: "subagent-stop", at: to, id: `stop:${useId}`, useId });
}

function readAll(session: Draft, files: HistoryFiles, paths: readonly string[]): void {
  for (const path of paths) {
    const document = files.json(path);
    if (document === null) {
      files.passOver();
      continue;
    }
    const isSub = nameOf(path).startsWith("agent_");
    const reader = new Reader(session, isSub, files.modified(path));
    const messages = listOf(document["messages"]);
    if (isSub) subagent(session, nameOf(path).replace(/\.messages\.json$/u, ""), messages);
    reader.messages(messages);
  }
}

export const clineHistory: AgentHistory = {
  version: 1,
  roots: (env) => {
    const { CLINE_DIR, CLINE_DATA_DIR, HOME, USERPROFILE } = env;
    const home = HOME || USERPROFILE;
    const folder = CLINE_DIR || (home ? `${home}/.cline` : null);
    const data = CLINE_DATA_DIR || (folder === null ? null : `${folder}/data`);
    return [...(data === null ? [] : [`${data}/sessions`]), ...taskRoots(env)];
  },
  sourceOf: (path) => (path.endsWith(".messages.json") ? parentFolder(path) : taskSource(path)),
  besides: (key) => [key],
  *read({ key, paths }, files) {
    if (paths.some((path) => taskSource(path) !== null)) return yield* readTask(key, files);
    const name = nameOf(key);
    const session = new Draft(files, `${key}/${name}.messages.json`, name);
    const about = `${key}/${name}.json`;
    entitle(session, files.json(about), files.latest(about));
    const isSub = (path: string) => nameOf(path).startsWith("agent_");
    readAll(session, files, [...paths.filter((path) => !isSub(path)), ...paths.filter(isSub)]);
    yield session.part();
  },
};
