import { Draft } from "../history/draft.ts";
import type { HistoryFiles, HistoryPart, HistorySource } from "../history/model.ts";
import { parse } from "../wire/json-scan.ts";
import { id, isPayload, number, object, type Payload, text, time } from "../wire/payload.ts";
import { toolUse } from "../wire/tool.ts";
import { CursorDatabase } from "./sql.ts";

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

/** One conversation of the editor. */
class Composer {
  readonly #session: Draft;
  #at: number;
  #place = 0;

  constructor(session: Draft, created: number) {
    this.#session = session;
    this.#at = created;
  }

  bubble(bubble: Payload, model: string | null): void {
    this.#at = time(bubble, "createdAt") ?? this.#at;
    const at = this.#at;
    const place = id(bubble, "bubbleId") ?? `bubble:${this.#place}`;
    this.#place++;
    const said = text(bubble, "text");
    const kind = bubble["type"] === USER ? "prompt" : "answer";
    if (said !== null) {
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
function changedAt(data: Payload): number {
  return number(data, "lastUpdatedAt", "createdAt") ?? 0;
}

function* readComposer(
  db: CursorDatabase,
  path: string,
  { composer, data }: { readonly composer: string; readonly data: Payload },
  files: HistoryFiles,
): Generator<HistoryPart> {
  const session = new Draft(path, composer);
  const model = text(object(data, "modelConfig"), "modelName");
  session.first({
    title: text(data, "name"),
    cwd: folderOf(data, payloadOf(db.header(composer))),
    model: model === "default" ? null : model,
  });
  const reader = new Composer(session, time(data, "createdAt") ?? files.modified(path));
  for (const bubble of bubbles(db, composer, data)) {
    reader.bubble(bubble, model);
    if (session.isFull) yield session.part();
  }
  yield session.part();
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
  const changed = db.composers().flatMap(({ id: composer, data: kept }) => {
    const data = payloadOf(kept);
    const isNew = data !== null && changedAt(data) >= mark && isWanted(composer);
    return isNew ? [{ composer, data }] : [];
  });
  for (const one of changed.toSorted((a, b) => changedAt(a.data) - changedAt(b.data))) {
    yield* readComposer(db, path, one, files);
    files.mark(Math.max(1, changedAt(one.data)));
  }
}
