import type { Env } from "../../settings/environment.ts";
import { Draft, dollars, modelCall, nameOf, parentFolder, tokenCount } from "../history/draft.ts";
import { globalStorages, serverStorages } from "../history/editors.ts";
import type { HistoryFiles, HistoryPart } from "../history/model.ts";
import { parse } from "../wire/json-scan.ts";
import { flatText, id, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";

const EXTENSION = "saoudrizwan.claude-dev";
const TASK =
  /^(.*\/saoudrizwan\.claude-dev\/tasks\/[^/]+)\/(?:ui_messages|api_conversation_history)\.json$/u;
const CWD = /^# Current Work(?:ing|space) Directory \((.+)\)/mu;
/** Stands behind a command or an answer and is for the editor alone. */
const MARK = /\s*(?:REQ_APP|HAS_CHANGES)$/u;

/** What the editor calls a tool's work, by what hooks call the tool. */
const TOOLS: Readonly<Record<string, string>> = {
  editedExistingFile: "replace_in_file",
  newFileCreated: "write_to_file",
  readFile: "read_file",
  listFilesTopLevel: "list_files",
  listFilesRecursive: "list_files",
  listCodeDefinitionNames: "list_code_definition_names",
  searchFiles: "search_files",
  webFetch: "web_fetch",
  webSearch: "web_search",
};

/** Where the extension keeps its tasks, in each editor. */
export function taskRoots(env: Env): string[] {
  const storages = [...globalStorages(env), ...serverStorages(env)];
  return storages.map((storage) => `${storage}/${EXTENSION}/tasks`);
}

/** The folder of a task, by one of its files; null for any other file. */
export function taskSource(path: string): string | null {
  return TASK.exec(path)?.[1] ?? null;
}

function documentIn(message: Payload): Payload | null {
  const said = text(message, "text");
  return said === null ? null : object({ of: parse(said) }, "of");
}

/** A task, by what the editor shows of it. */
class Task {
  readonly #session: Draft;
  #model: string | null = null;

  constructor(session: Draft) {
    this.#session = session;
  }

  message(message: Payload): void {
    const at = time(message, "ts");
    if (at === null || message["partial"] === true) return;
    this.#model = text(object(message, "modelInfo"), "modelId") ?? this.#model;
    this.#session.last({ model: this.#model });
    const kind = text(message, "say") ?? text(message, "ask");
    const said = text(message, "text")?.replace(MARK, "") || null;
    if (kind !== null) this.#told(kind, said, message, at);
  }

  #told(kind: string, said: string | null, message: Payload, at: number): void {
    const place = `${kind}:${at}`;
    const document = documentIn(message);
    switch (kind) {
      case "task":
      case "user_feedback":
        if (said !== null) this.#session.event({ kind: "prompt", at, id: place, text: said });
        return;
      case "text":
      case "completion_result":
      case "plan_completion_result":
        this.#answer(said, place, at);
        return;
      case "plan_mode_respond":
      case "followup":
        this.#answer(text(document, "response", "question") ?? said, place, at);
        return;
      case "error":
      case "api_req_failed":
        this.#session.event({ kind: "error", at, id: place, text: said });
        return;
      case "compaction":
        if (text(document, "status") === "completed") {
          this.#session.event({ kind: "compact", at, id: place, text: text(document, "mode") });
        }
        return;
      case "api_req_started":
      case "deleted_api_reqs":
      case "subagent_usage":
        this.#call(document, place, at);
        return;
      default:
        this.#tool(kind, said, document, at);
    }
  }

  #answer(said: string | null, place: string, at: number): void {
    const model = this.#model;
    if (said !== null) this.#session.event({ kind: "answer", at, id: place, text: said, model });
  }

  #tool(kind: string, said: string | null, document: Payload | null, at: number): void {
    const called = calledTool(kind, said, document);
    const tool = called === null ? null : toolUse(called);
    if (tool !== null) this.#session.event({ kind: "tool", at, id: `${kind}:${at}`, tool });
  }

  /** The tokens of a request: those of the cache aren't among the input's. */
  #call(told: Payload | null, place: string, at: number): void {
    const failed = text(told, "streamingFailedMessage");
    if (failed !== null) {
      this.#session.event({ kind: "error", at, id: `failed:${at}`, text: failed });
    }
    const call = modelCall({
      key: `${this.#session.facts.externalId}:${place}`,
      at,
      model: this.#model,
      input: tokenCount(told, "tokensIn"),
      cacheRead: tokenCount(told, "cacheReads"),
      cacheWrite5m: tokenCount(told, "cacheWrites"),
      output: tokenCount(told, "tokensOut"),
      costTold: dollars(told, "cost", "totalCost") || null,
    });
    if (call.input + call.cacheRead + call.cacheWrite5m + call.output > 0) {
      this.#session.call(call);
    }
  }
}

function calledTool(kind: string, said: string | null, document: Payload | null) {
  if (kind === "command") return { name: "execute_command", input: { command: said } };
  if (kind === "tool") {
    const name = text(document, "tool");
    return name === null ? null : { name: TOOLS[name] ?? name, input: inputOf(document) };
  }
  if (kind === "use_mcp_server") {
    return { name: text(document, "toolName") ?? kind, input: text(document, "arguments") };
  }
  return null;
}

/** What the tool was called with, without the content of files. */
function inputOf(document: Payload | null): Payload {
  return { path: text(document, "path"), pattern: text(document, "regex") };
}

/** The folder in which a task ran: it is told to the model, and listed beside the tasks. */
function folderOf(folder: string, files: HistoryFiles): string | null {
  const history = files.list(`${folder}/api_conversation_history.json`) ?? [];
  for (const { role, content } of history) {
    const told = role === "user" ? CWD.exec(flatText(content) ?? "")?.[1] : undefined;
    if (told !== undefined) return told;
  }
  const listed = files.list(`${parentFolder(parentFolder(folder))}/state/taskHistory.json`) ?? [];
  const own = listed.find((task) => id(task, "id") === nameOf(folder));
  return text(own ?? null, "cwdOnTaskInitialization");
}

/** Reads one task of the extension for VS Code and its kin. */
export function* readTask(folder: string, files: HistoryFiles): Generator<HistoryPart> {
  const path = `${folder}/ui_messages.json`;
  const messages = files.list(path);
  if (messages === null) {
    files.passOver();
    return;
  }
  const session = new Draft(files, path, nameOf(folder));
  session.first({ cwd: folderOf(folder, files) });
  const task = new Task(session);
  for (const message of messages) {
    task.message(message);
    if (session.isFull) yield session.part();
  }
  yield session.part();
}
