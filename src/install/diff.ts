/** One line of a comparison: in both texts, only in the old one, or only in the new one. */
interface Line {
  readonly sign: " " | "-" | "+";
  readonly text: string;
}

const CONTEXT = 3;

/** Lines with their ends, so that a missing last newline shows. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

/** From each diagonal (lines of `a` less lines of `b`) to how far along `a` the best way to it gets. */
type Reach = ReadonlyMap<number, number>;

/** Where the last step to a diagonal began: with a line of `b` (from the diagonal above) or one of `a`. */
function lastStep(reach: Reach, k: number, depth: number) {
  const left = reach.get(k - 1) ?? -1;
  const down = reach.get(k + 1) ?? -1;
  const isInsertion = k === -depth || (k !== depth && left < down);
  return { isInsertion, x: isInsertion ? down : left, k: isInsertion ? k + 1 : k - 1 };
}

/** The rounds of the greedy search for the shortest way from `a` to `b` (Myers). */
function search(a: readonly string[], b: readonly string[]): Reach[] {
  const rounds: Reach[] = [];
  let reach: Reach = new Map([[1, 0]]);
  for (let depth = 0; ; depth++) {
    rounds.push(reach);
    const next = new Map(reach);
    for (let k = -depth; k <= depth; k += 2) {
      const step = lastStep(reach, k, depth);
      let x = step.isInsertion ? step.x : step.x + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return rounds;
    }
    reach = next;
  }
}

function compare(a: readonly string[], b: readonly string[]): Line[] {
  const lines: Line[] = [];
  let x = a.length;
  let y = b.length;
  const rounds = search(a, b);
  for (let depth = rounds.length - 1; depth >= 0; depth--) {
    const step = lastStep(rounds[depth] ?? new Map(), x - y, depth);
    while (x > Math.max(step.x, 0) && y > Math.max(step.x - step.k, 0)) {
      x--;
      y--;
      lines.push({ sign: " ", text: a[x] ?? "" });
    }
    if (depth === 0) break;
    if (step.isInsertion) lines.push({ sign: "+", text: b[--y] ?? "" });
    else lines.push({ sign: "-", text: a[--x] ?? "" });
  }
  return lines.reverse();
}

function hunk(lines: readonly Line[], from: number, to: number): string {
  const count = (part: readonly Line[], sign: Line["sign"]) =>
    part.filter((line) => line.sign !== sign).length;
  const before = lines.slice(0, from);
  const shown = lines.slice(from, to);
  const range = (other: Line["sign"]) => {
    const length = count(shown, other);
    return `${count(before, other) + (length === 0 ? 0 : 1)},${length}`;
  };
  const body = shown.map(({ sign, text }) =>
    text.endsWith("\n") ? sign + text : `${sign}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ -${range("+")} +${range("-")} @@\n${body.join("")}`;
}

/** A unified diff of a file's two texts, null for no file; empty where they are equal. */
export function unifiedDiff(path: string, before: string | null, after: string | null): string {
  if (before === after) return "";
  const lines = compare(linesOf(before ?? ""), linesOf(after ?? ""));
  const changed = lines.flatMap((line, index) => (line.sign === " " ? [] : [index]));
  const hunks: string[] = [];
  for (let i = 0; i < changed.length; ) {
    const from = Math.max((changed[i] ?? 0) - CONTEXT, 0);
    let last = changed[i] ?? 0;
    while (i < changed.length && (changed[i] ?? 0) <= last + 2 * CONTEXT + 1)
      last = changed[i++] ?? 0;
    hunks.push(hunk(lines, from, Math.min(last + CONTEXT + 1, lines.length)));
  }
  const name = (text: string | null, side: string) =>
    text === null ? "/dev/null" : `${side}${path}`;
  return `--- ${name(before, "a")}\n+++ ${name(after, "b")}\n${hunks.join("")}`;
}
