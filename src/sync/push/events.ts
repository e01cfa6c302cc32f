import { storedMs, storedText } from "../../store/rows.ts";
import type { StoredRow } from "../../store/stored-rows.ts";
import { isServerTime } from "./rows.ts";
import { fixedText, metadataJson, type Safe, safeContent, safeFor, safeKey } from "./safe.ts";

/** An event as the server gets it. */
export interface SentEvent {
  readonly session_id: string;
  readonly seq: number;
  readonly bucket: string;
  /** In milliseconds since 1970; null for a time that the server hasn't. */
  readonly at: number | null;
  readonly type: string;
  readonly content: string;
  /** A JSON text. */
  readonly metadata: string;
}

/** So many characters are looked through for secrets at once: in more, a single sign would cost too many texts. */
const TOGETHER = 2000;

interface Texts {
  readonly row: StoredRow;
  readonly type: string;
  readonly content: string;
  readonly metadata: string;
}

function textsOf(row: StoredRow): Texts {
  const [type, content] = [storedText(row["event_type"]), storedText(row["content"])];
  return { row, type, content, metadata: storedText(row["metadata"]) };
}

function toEvent(texts: Texts, sessionId: string, bucket: string, safe: Safe): SentEvent {
  const ms = storedMs(texts.row["at_ms"]);
  return {
    session_id: sessionId,
    seq: Number(texts.row["id"]),
    bucket,
    at: isServerTime(ms) ? Math.trunc(ms) : null,
    type: safeKey(texts.type, safe),
    content: safeContent(texts.content, safe),
    metadata: metadataJson(texts.metadata, safe),
  };
}

/** The events of one session as the server gets them, in their order. */
export function* sentEvents(
  id: string,
  rows: Iterable<StoredRow>,
  bucket: string,
): Generator<SentEvent> {
  const sessionId = fixedText(id) ?? "";
  let together: Texts[] = [];
  let all = "";
  for (const row of rows) {
    const texts = textsOf(row);
    together.push(texts);
    all += `${texts.type}\n${texts.content}\n${texts.metadata}\n`;
    if (all.length < TOGETHER) continue;
    const safe = safeFor(all);
    for (const each of together) yield toEvent(each, sessionId, bucket, safe);
    together = [];
    all = "";
  }
  const safe = safeFor(all);
  for (const each of together) yield toEvent(each, sessionId, bucket, safe);
}

const list = (values: readonly unknown[]) =>
  `{${values.map((value) => value ?? "NULL").join(",")}}`;

/** The columns of events as texts, in the order in which the server's statement takes them. */
export function eventColumns(events: readonly SentEvent[]): string[] {
  return [
    JSON.stringify(events.map((event) => event.session_id)),
    list(events.map((event) => event.seq)),
    list(events.map((event) => event.bucket)),
    list(events.map((event) => event.at)),
    JSON.stringify(events.map((event) => event.type)),
    JSON.stringify(events.map((event) => event.content)),
    `[${events.map((event) => event.metadata).join(",")}]`,
  ];
}
