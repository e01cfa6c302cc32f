import { Draft } from "../history/draft.ts";
import type { HistoryFiles, HistoryPart, HistorySource } from "../history/model.ts";
import { parse } from "../wire/json-scan.ts";
import { id, isPayload, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { CursorDatabase, type ListedComposer } from "./sql.ts";

const USER = 1;

function payloadOf(data: string | null): Payload | null {
  return data === null ? null : object({ of: parse(data) }, "of");
}

function listOf(value: unknown): readonly Payload[] {
  return Array.isArray(value) ? value.filter(isPayload) : [];
}

function folderOf(...told: readonly (Payload | null)[]): string | null {
  const uris = told.map((each) => object(object(each, "workspaceIdentifier"), "uri"));
  return uris.map((uri) => text(uri, "fsPath", "path")).find((path) => path !== null) ?? null;
}

/** The bubbles of a conversation: listed by their ids or, by older versions, in the conversation itself. */
function* bubbles(db: CursorDatabase, composer: string, data: Payload): Generator<Payload> {
  for (const header of listOf(data["fullConversationHeadersOnly"])) {
    const bubble = id(header, "bubbleId");
    const kept = bubble === null ? null : payloadOf(db.bubble(composer, bubble));
    if (kept !== null) yield { bubbleId: bubble, ...kept };
  }
  yield* listOf(data["conversation"]);
}

/** One conversation of the editor, or that of a subagent within it. */
class Composer {
  readonly #session: Draft;
  readonly #isSub: boolean;
  #at: number;
  #place = 0;

  constructor(session: Draft, created: number, isSub: boolean) {
    this.#session = session;
    this.#at = created;
    this.#isSub = isSub;
  }

  subagent(kind: "start" | "stop", useId: string): void {
    const place = `${kind}:${useId}`;
    this.#session.event({ kind: `subagent-${kind}`, at: this.#at, id: place, useId });
  }

  bubble(bubble: Payload, model: string | null): void {
    this.#at = time(bubble, "createdAt") ?? this.#at;
    const at = this.#at;
    const place = id(bubble, "bubbleId") ?? `bubble:${this.#place}`;
    this.#place++;
    const said = text(bubble, "text");
    const kind = bubble["type"] === USER ? "prompt" : "answer";
    if (said !== null && !(this.#isSub && kind === "prompt")) {
      const event = { kind, at, id: place, text: said } as const;
      this.#session.event(kind === "prompt" ? event : { ...event, model });
    }
    const called = object(bubble, "toolFormerData");
    if (called !== null) this.#tool(called, place, at);
  }

  #tool(called: Payload, place: string, at: number): void {
    const status = text(called, "status");
    if (status === "loading" || status === "pending") return;
    const failed = status === "error" || status === "cancelled";
    const error = failed ? (text(called, "error") ?? status) : null;
    const input = text(called, "rawArgs", "params") ?? object(called, "params");
    const output = called["result"];
    const tool = toolUse({ name: text(called, "name"), input, ok: !failed, error, output });
    const useId = id(called, "toolCallId");
    if (tool === null) return;
    const named = useId === null ? `tool:${place}` : `tool:${useId}`;
    this.#session.event({ kind: "tool", at, id: named, useId, tool });
  }
}

/** When a conversation was last changed, in milliseconds since 1970. */
function changed({ changedAt }: ListedComposer): number {
  return typeof changedAt === "number" ? changedAt : 0;
}

function* readComposer(
  db: CursorDatabase,
  path: string,
  composer: string,
  parent: string | null,
  files: HistoryFiles,
): Generator<HistoryPart> {
  const data = payloadOf(db.composer(composer));
  if (data === null) return;
  const session = new Draft(files, path, parent ?? composer);
  const model = text(object(data, "modelConfig"), "modelName");
  if (parent === null) {
    session.first({
      title: text(data, "name"),
      cwd: folderOf(data, payloadOf(db.header(composer))),
      model: model === "default" ? null : model,
    });
  }
  const created = time(data, "createdAt") ?? files.modified(path);
  const reader = new Composer(session, created, parent !== null);
  if (parent !== null) reader.subagent("start", composer);
  for (const bubble of bubbles(db, composer, data)) {
    reader.bubble(bubble, model);
    if (session.isFull) yield session.part();
  }
  if (parent !== null) reader.subagent("stop", composer);
  yield session.part();
}

/** The conversations that started others, by the ids of those. */
function parentsOf(composers: readonly ListedComposer[]): Map<string, string> {
  const pairs = composers.flatMap(({ id: composer, children }) => {
    const ids = typeof children === "string" ? parse(children) : null;
    return (Array.isArray(ids) ? ids : []).map((child) => [child, composer] as const);
  });
  return new Map(pairs.filter(([child]) => typeof child === "string"));
}

/** The outermost of the conversations that a conversation was started by, or null. */
function rootOf(composer: string, parents: ReadonlyMap<string, string>): string | null {
  const seen = new Set([composer]);
  let root: string | null = null;
  for (let next = parents.get(composer); next !== undefined && !seen.has(next); ) {
    seen.add(next);
    root = next;
    next = parents.get(next);
  }
  return root;
}

/** Reads what has changed in the editor's database. It tells tokens of a few messages alone, so none are counted. */
export function* readComposers(
  path: string,
  { mark, isWanted = () => true }: HistorySource,
  files: HistoryFiles,
): Generator<HistoryPart> {
  using db = new CursorDatabase(path);
  if (!db.isCursors) {
    files.passOver();
    return;
  }
  const all = db.composers();
  const parents = parentsOf(all);
  const fresh = all.filter((one) => changed(one) >= mark);
  for (const one of fresh.toSorted((a, b) => changed(a) - changed(b))) {
    const root = rootOf(one.id, parents);
    if (!isWanted(root ?? one.id, changed(one))) continue;
    yield* readComposer(db, path, one.id, root, files);
    files.mark(Math.max(1, changed(one)));
  }
}
