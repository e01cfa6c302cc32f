import { type ExportLine, ExportOrder, parseLine } from "../domain/export/parse.ts";
import { UserError } from "../errors.ts";

/** Far longer than any event that `mm` stores. */
const MAX_LINE_CHARS = 64 * 1024 * 1024;

function invalid(place: string, problem: string): UserError {
  return new UserError(
    "import_invalid",
    `${place}: ${problem}`,
    "give a whole file of `mm session export --format jsonl`; nothing was imported",
  );
}

/** The lines of a text that comes in pieces of UTF-8, without their ends; the last one may have none. */
async function* linesOf(pieces: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decode = (piece?: Uint8Array) => {
    try {
      return decoder.decode(piece, { stream: piece !== undefined });
    } catch {
      throw invalid(name, "not UTF-8 text");
    }
  };
  let rest = "";
  for await (const piece of pieces) {
    const lines = (rest + decode(piece)).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length > MAX_LINE_CHARS) throw invalid(name, "a line is too long");
  }
  rest += decode();
  if (rest !== "") yield rest;
}

/**
 * The lines of an export, each checked by itself and against those before it.
 * @throws UserError `import_invalid`, which names the line
 */
export async function* exportLines(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<ExportLine> {
  const order = new ExportOrder();
  let number = 0;
  for await (const text of linesOf(pieces, name)) {
    number++;
    if (text.trim() === "") continue;
    let line: ExportLine;
    try {
      line = parseLine(text);
      order.take(line);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw invalid(`line ${number} of ${name}`, error.message);
    }
    yield line;
  }
  if (!order.isWhole) throw invalid(name, `it is cut short behind line ${number}`);
}
