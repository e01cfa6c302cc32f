import { UserError } from "../errors.ts";
import { collectEvery } from "../files/memory.ts";
import { type ExportLine, ExportOrder, NewerFormat, parseLine } from "./parse.ts";

/** Far longer than any event that `mm` stores. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;
const LINES_A_TURN = 1000;
const LINES_A_COLLECTION = 20_000;

const WHOLE_FILE = "use a complete, uncompressed file from `mm session export --format jsonl`";

function invalid(where: string, problem: string, next = WHOLE_FILE): UserError {
  return new UserError("import_invalid", `${where}: ${problem}`, `${next}; nothing was imported`);
}

/** Fills a buffer and returns the number of bytes; 0 is the end. */
export type Fill = (buffer: Uint8Array) => number;

/**
 * The lines of a file as bytes, without line ends; the last line may lack one. Lines share a buffer, so
 * each is valid only until the next.
 * @throws TypeError if a line is too long
 */
function* linesOf(fill: Fill): Generator<Uint8Array> {
  let buffer = new Uint8Array(64 * 1024);
  let length = 0;
  for (;;) {
    const added = fill(buffer.subarray(length));
    if (added === 0) break;
    let from = 0;
    let end = buffer.subarray(0, length + added).indexOf(NEWLINE, length);
    length += added;
    for (; end >= 0 && end < length; end = buffer.indexOf(NEWLINE, from)) {
      yield buffer.subarray(from, end);
      from = end + 1;
    }
    buffer.copyWithin(0, from, length);
    length -= from;
    if (length > MAX_LINE_BYTES) throw new TypeError("the line is too long");
    if (length === buffer.length) {
      const larger = new Uint8Array(length * 2);
      larger.set(buffer);
      buffer = larger;
    }
  }
  if (length > 0) yield buffer.subarray(0, length);
}

function textOf(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new TypeError("not UTF-8 text");
  }
}

/**
 * The lines of an export, each parsed and checked on its own.
 * @throws UserError `import_invalid`, which names the line
 */
export function* exportLines(
  fill: Fill,
  name: string,
  check: (line: ExportLine) => void = () => {},
): Generator<ExportLine> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let number = 1;
  try {
    for (const bytes of linesOf(fill)) {
      const text = textOf(decoder, bytes);
      if (text.trim() !== "") {
        const line = parseLine(text);
        check(line);
        yield line;
      }
      number++;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const next = error instanceof NewerFormat ? "upgrade this mm" : undefined;
    throw invalid(`line ${number} of ${name}`, error.message, next);
  }
}

/**
 * Reads a whole export and checks each line, on its own and against the lines before it. Awaits `turn` now
 * and then.
 * @throws UserError `import_invalid`, which names the line
 */
export async function checkExport(
  fill: Fill,
  name: string,
  turn: () => Promise<void>,
): Promise<void> {
  const order = new ExportOrder();
  const collect = collectEvery(LINES_A_COLLECTION);
  let lines = 0;
  for (const _ of exportLines(fill, name, (line) => order.check(line))) {
    lines++;
    collect();
    if (lines % LINES_A_TURN === 0) await turn();
  }
  if (lines === 0) throw invalid(name, "it is empty");
  if (!order.isWhole) throw invalid(name, `it is cut short after line ${lines}`);
}
