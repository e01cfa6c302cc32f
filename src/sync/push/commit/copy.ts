import type { SentEvent } from "../events.ts";

/** What ends a field or a line of COPY, or begins what stands for something else. */
const SPECIAL = /[\\\n\r\t]/gu;

const WRITTEN: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function field(text: string): string {
  return text.search(SPECIAL) < 0 ? text : text.replace(SPECIAL, (sign) => WRITTEN[sign] ?? sign);
}

const NULL = "\\N";

/** So many characters are written at once. */
const PIECE = 64_000;

function lineOf(event: SentEvent): string {
  const { session_id: id, seq, bucket, at, type, content, metadata } = event;
  const time = at === null ? NULL : new Date(at).toISOString();
  return `${field(id)}\t${seq}\t${bucket}\t${time}\t${field(type)}\t${field(content)}\t${field(metadata)}\n`;
}

/** Events of a source as the lines that COPY takes, in pieces. */
export function* copyLines(sourceId: string, events: readonly SentEvent[]): Generator<string> {
  let piece = "";
  for (const event of events) {
    piece += `${sourceId}\t${lineOf(event)}`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
}
