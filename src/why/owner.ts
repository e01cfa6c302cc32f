import type { FileEdit } from "./patch.ts";

/** An edit with where it comes from. */
export interface ToldEdit extends FileEdit {
  readonly session: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly tool: string;
  readonly prompt: string | null;
  /** What the agent said just before. */
  readonly said: string | null;
}

/** A line as it stands in a file. */
export interface Line {
  readonly text: string;
  /** Its neighbours, the nearest first. */
  readonly above: readonly string[];
  readonly below: readonly string[];
  /** Whether the file has another line like it. */
  readonly isUnique: boolean;
  /** Whether the file had a line before; what it had isn't always known. */
  wasThere(line: string): boolean;
}

export interface LineOwner {
  readonly edit: ToldEdit;
  readonly isCertain: boolean;
}

/** What an edit does to a line. `part`: it replaced a part of the line. `maybe`: a command has the line in it. */
type Effect = "adds" | "part" | "moves" | "maybe" | "removes" | "none";

const trimmed = (line: string) => line.replace(/\s+$/u, "");

const countIn = (lines: readonly string[], text: string) =>
  lines.filter((line) => trimmed(line) === text).length;

/** The lines without those that both begin or end with: the others were touched. */
function middle(lines: readonly string[], others: readonly string[]): readonly string[] {
  let [head, tail] = [0, 0];
  const most = Math.min(lines.length, others.length);
  while (head < most && lines[head] === others[head]) head++;
  while (tail < most - head && lines.at(-1 - tail) === others.at(-1 - tail)) tail++;
  return lines.slice(head, lines.length - tail);
}

/** A shorter part of a line is in too many lines. */
const MIN_PART = 2;

/** What the line was before a replacement of a part of it; null if it can't be the result of one. */
function before(text: string, old: readonly string[], now: readonly string[]): string | null {
  const [firstOld = "", firstNow = ""] = [old[0], now[0]];
  const [lastOld = "", lastNow = ""] = [old.at(-1), now.at(-1)];
  if (now.length === 1) {
    const at = text.indexOf(firstNow);
    if (firstNow.trim().length < MIN_PART || at < 0) return null;
    const [head, tail] = [text.slice(0, at), text.slice(at + firstNow.length)];
    return old.length > 1 ? `${head}${firstOld}` : `${head}${firstOld}${tail}`;
  }
  if (firstNow.trim().length >= MIN_PART && text.endsWith(trimmed(firstNow)))
    return text.slice(0, text.length - trimmed(firstNow).length) + firstOld;
  if (lastNow.trim().length >= MIN_PART && text.startsWith(lastNow))
    return lastOld + text.slice(lastNow.length);
  return null;
}

/** What a replacement of lines does to one that it neither adds nor takes away as a whole. */
function partEffect(
  old: readonly string[],
  now: readonly string[],
  line: Line,
  wasWritten: boolean,
): Effect {
  const was = before(line.text, old, now);
  if (was !== null && was !== line.text && line.wasThere(trimmed(was))) return "part";
  const [part = ""] = old;
  const isPart = old.length === 1 && part.trim().length >= MIN_PART && line.text.includes(part);
  return wasWritten && isPart ? "removes" : "none";
}

function effectOf({ file, old, now }: ToldEdit, line: Line, wasWritten: boolean): Effect {
  const has = countIn(now, line.text);
  if (file === null) return has > 0 ? "maybe" : "none";
  if (old === null && has > 0) return wasWritten ? "none" : "adds";
  if (old === null) return "removes";
  const had = countIn(old, line.text);
  if (has !== had) return has > had ? "adds" : "removes";
  if (has > 0) return countIn(middle(now, old), line.text) > 0 ? "moves" : "none";
  return partEffect(old, now, line, wasWritten);
}

/** How many neighbours of a line an edit has written beside it. */
function agreement({ now }: FileEdit, { text, above, below }: Line): number {
  let best = 0;
  const alike = (neighbours: readonly string[], index: number, step: 1 | -1) => {
    const other = neighbours.findIndex(
      (each, n) => trimmed(now[index + step * (n + 1)] ?? "\0") !== each,
    );
    return other < 0 ? neighbours.length : other;
  };
  for (const [index, each] of now.entries()) {
    if (trimmed(each) !== text) continue;
    best = Math.max(best, alike(above, index, -1) + alike(below, index, 1));
  }
  return best;
}

/** Whether a line says something, unlike a lone bracket. */
const isTelling = (text: string) => /[\p{L}\p{N}].*[\p{L}\p{N}]/u.test(text);

/** So many neighbours have to agree on a line that stands everywhere. */
const MIN_AGREEMENT = 4;

interface Traces {
  /** Edits that put the line there and that none has undone. */
  readonly alive: readonly ToldEdit[];
  /** The last that may have put it there. */
  readonly doubtful: ToldEdit | null;
}

function follow(edits: readonly ToldEdit[], line: Line): Traces {
  let traces: Traces = { alive: [], doubtful: null };
  for (const edit of edits)
    traces = after(traces, edit, effectOf(edit, line, traces.alive.length > 0));
  return traces;
}

function after({ alive, doubtful }: Traces, edit: ToldEdit, effect: Effect): Traces {
  switch (effect) {
    case "adds":
    case "part":
      return { alive: [...alive, edit], doubtful };
    case "moves":
    case "maybe":
      return { alive, doubtful: alive.length === 0 ? edit : doubtful };
    case "removes": {
      const rest = edit.old === null ? [] : alive.slice(0, -1);
      return { alive: rest, doubtful: rest.length === 0 ? null : doubtful };
    }
    case "none":
      return { alive, doubtful };
  }
}

/** The edit of several that agrees best with what stands around the line, the last of equals. */
function best(edits: readonly ToldEdit[], line: Line): LineOwner | null {
  const scored = edits.map((edit) => ({ edit, score: agreement(edit, line) }));
  const most = Math.max(...scored.map(({ score }) => score));
  const found = scored.filter(({ score }) => score === most).map(({ edit }) => edit);
  const edit = found.at(-1);
  if (edit === undefined) return null;
  const isOne = found.every(({ session }) => session === edit.session);
  const needed = isTelling(line.text) ? (line.isUnique ? 0 : 2) : MIN_AGREEMENT;
  return { edit, isCertain: isOne && most >= needed };
}

/** Formatters change white space, quotes and what ends a line. */
const bare = (line: string) => line.replace(/[\s'"`]|[,;]$/gu, "");

const MIN_BARE = 6;

/** The last edit that wrote the line in another form. */
function formatted(edits: readonly ToldEdit[], { text }: Line): ToldEdit | null {
  const form = bare(text);
  if (form.length < MIN_BARE) return null;
  const isOther = (line: string) => bare(line) === form && trimmed(line) !== text;
  const count = (lines: readonly string[]) => lines.filter(isOther).length;
  const adds = ({ file, old, now }: ToldEdit) => file !== null && count(now) > count(old ?? []);
  return edits.findLast(adds) ?? null;
}

/**
 * Which of the edits of a file, in order, put a line there.
 * @returns null if none did
 */
export function ownerOf(edits: readonly ToldEdit[], line: Line): LineOwner | null {
  const { alive, doubtful } = follow(edits, line);
  if (alive.length > 0) return best(alive, line);
  if (doubtful !== null) return { edit: doubtful, isCertain: false };
  const other = formatted(edits, line);
  return other === null ? null : { edit: other, isCertain: false };
}
