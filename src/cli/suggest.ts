import type { CommandDef, Resolvable } from "citty";
import { UserError } from "../errors.ts";
import type { UsageFault } from "./args.ts";
import type { Args, Command } from "./command.ts";
import { type Root, type Route, resolve } from "./tree.ts";

/** The number of edits (insert, delete, replace, swap neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const replace = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, replace);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, at(i - 2, j - 2) + 1);
      row[j] = best;
    }
  }
  return at(a.length, b.length);
}

/** The nearest known word, or null: one edit away, or two with the same beginning. */
export function nearest(word: string, known: readonly string[]): string | null {
  if (word.length > 40) return null;
  let best: string | null = null;
  let least = 3;
  const letter = (text: string) => /^-*(.?)/u.exec(text)?.[1];
  for (const candidate of known) {
    const edits = distance(word, candidate);
    const isAlike = edits <= 1 || letter(word) === letter(candidate);
    // Every word is near a short name.
    const isNear = edits < Math.max(word.length, 2) && edits < candidate.length - 1;
    if (edits < least && isAlike && isNear) {
      best = candidate;
      least = edits;
    }
  }
  return best;
}

/** The words of each command and group below a node, without those that are only shorter names. */
async function pathsBelow(node: CommandDef, path: readonly string[]): Promise<string[][]> {
  const found: string[][] = [];
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    const sub = await resolve(lazy as Resolvable<CommandDef>);
    if ("mm" in sub && (sub as Command).mm.shortFor !== undefined) continue;
    found.push([...path, name], ...(await pathsBelow(sub, [...path, name])));
  }
  return found;
}

function didYouMean(lines: readonly string[]): string {
  return `did you mean ${lines.map((line) => `\`${line}\``).join(" or ")}?`;
}

export function usageHint(path: readonly string[]): string {
  return `\`${path.join(" ")} --help\` shows the usage`;
}

/** What to do with a word too many, if one of the arguments may be of several words. */
function quotesHint(args: Args): string | null {
  const text = Object.entries(args).find(
    ([, { type, freeText }]) => type === "positional" && freeText === true,
  );
  return text === undefined ? null : `put the ${text[0]} in quotes`;
}

/** What to do about words that don't fit a command. */
export function usageHintOf(
  path: readonly string[],
  { word, known = [], isExtra }: UsageFault,
  command: Command | undefined,
): string {
  const lacks = command?.mm.lacks ?? {};
  if (word !== undefined && Object.hasOwn(lacks, word)) return lacks[word] ?? usageHint(path);
  const quotes = isExtra === true ? quotesHint(command?.mm.args ?? {}) : null;
  const near = word === undefined ? null : nearest(word, known);
  return quotes ?? (near === null ? usageHint(path) : `did you mean ${near}?`);
}

type Unknown = Extract<Route, { kind: "unknown" }>;

/** What may have been meant by a word that names no command where it stands; null if nobody can tell. */
async function whatWasMeant(root: Root, { path, word, known }: Unknown): Promise<string | null> {
  const meanings = path.length === 1 ? (await root.guide?.())?.meanings : undefined;
  if (meanings !== undefined && Object.hasOwn(meanings, word))
    return didYouMean(meanings[word] ?? []);
  const all = await pathsBelow(root, ["mm"]);
  const named = (name: string) => all.filter((each) => each.at(-1) === name);
  const lines = (paths: readonly (readonly string[])[]) => paths.map((each) => each.join(" "));
  if (named(word).length > 0) return didYouMean(lines(named(word)));
  const near = nearest(word, known);
  if (near !== null) return `did you mean ${near}?`;
  const elsewhere = nearest(word, [...new Set(all.map((each) => each.at(-1) ?? ""))]);
  return elsewhere === null ? null : didYouMean(lines(named(elsewhere)));
}

/** The failure for a word that names no command. */
export async function unknownCommand(root: Root, found: Unknown): Promise<UserError> {
  const hint = (await whatWasMeant(root, found)) ?? usageHint(found.path);
  return new UserError("usage", `unknown command '${found.word}'`, hint);
}
