import * as fs from "node:fs";
import { readFileSync } from "node:fs";
import { UserError } from "../errors.ts";
import { statOf } from "../files/guard.ts";
import type { View } from "../store/store.ts";
import { counted } from "../text/text.ts";
import { authorOf, type Certainty, type LineAnswer } from "./answer.ts";
import { type BlamedLine, lineBefore, parseBlame, textLines } from "./blame.ts";
import { FileChanges } from "./changes.ts";
import type { Git } from "./git.ts";
import type { Line } from "./owner.ts";
import type { AskedFile } from "./place.ts";
import { CANT_TELL, type FilePlace, filePlaceOf, namedCommit, type WhyNeeds } from "./place.ts";

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const NEIGHBOURS = 2;

/** The text of the file that is asked about, and of the commit from which it is blamed. */
interface Texts {
  readonly now: string;
  /** Null where there is none, or the file isn't in it. */
  readonly commit: string | null;
  readonly committed: string | null;
  /** Whether git could tell of these. */
  readonly isTold: boolean;
}

function readFile(path: string): string {
  const found = statOf(fs, path, "followed");
  if (found === undefined) {
    const hint = "--commit REV asks about the file as it was";
    throw new UserError("usage", `there is no file ${path}`, hint);
  }
  if (!found.isFile() || found.size > MAX_FILE_BYTES)
    throw new UserError("usage", `${path} isn't a file, or is larger than 64 MB`);
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new UserError("usage", `${path} can't be read`);
  }
}

async function textsOf(place: FilePlace, target: AskedFile, rev: string | null): Promise<Texts> {
  const { git, path } = place;
  if (rev !== null) {
    const named = await namedCommit(place, rev);
    const committed = await named.git.file(named.commit, path);
    if (committed === null) throw new UserError("usage", `commit ${rev} has no file ${path}`);
    return { now: committed, commit: named.commit, committed, isTold: true };
  }
  const commit = git === null ? null : await git.commit("HEAD");
  const committed = commit === null || git === null ? null : await git.file(commit, path);
  const isTold = committed !== null || (git !== null && (await git.canTell()));
  return { now: readFile(target.path), commit, committed, isTold };
}

function lineAt(lines: readonly string[], number: number, wasThere: Line["wasThere"]): Line {
  const text = lines[number - 1] ?? "";
  return {
    text,
    above: lines.slice(Math.max(0, number - 1 - NEIGHBOURS), number - 1).reverse(),
    below: lines.slice(number, number + NEIGHBOURS),
    isUnique: lines.indexOf(text) === lines.lastIndexOf(text),
    wasThere,
  };
}

/** Where git says that a line is from. */
type Origin =
  | { readonly kind: "commit"; readonly blamed: BlamedLine }
  | { readonly kind: "uncommitted" }
  | { readonly kind: "unknown"; readonly why: string };

async function originOf(
  { git, path, withoutGit }: FilePlace,
  { commit, committed, isTold }: Texts,
  lines: readonly string[],
  line: number,
): Promise<Origin> {
  if (git === null) return { kind: "unknown", why: withoutGit ?? "" };
  if (!isTold) return { kind: "unknown", why: CANT_TELL };
  if (commit === null || committed === null) return { kind: "uncommitted" };
  const was = lineBefore(textLines(committed), lines, line);
  if (was === null) return { kind: "uncommitted" };
  const blamed = parseBlame((await git.blame(commit, path, was)) ?? "");
  if (blamed !== null) return { kind: "commit", blamed };
  return { kind: "unknown", why: "git failed, or took more than 10 seconds to find the commit" };
}

/** Since when the line can have been written, and how the file and its lines were called before. */
async function earlier(git: Git | null, place: FilePlace, origin: Origin, head: string | null) {
  if (git === null || origin.kind === "unknown") return { from: 0, lines: [], names: [place.path] };
  if (origin.kind === "uncommitted") {
    const from = head === null ? null : await git.changedAt(head, place.path);
    const text = head === null ? null : await git.file(head, place.path);
    return { from: from ?? 0, lines: textLines(text ?? ""), names: [place.path] };
  }
  const { path, pathBefore, parent } = origin.blamed;
  const names = [...new Set([path, ...(pathBefore === null ? [] : [pathBefore])])];
  if (parent === null) return { from: 0, lines: [], names };
  const before = pathBefore ?? path;
  const [from, text] = await Promise.all([git.changedAt(parent, before), git.file(parent, before)]);
  return { from: from ?? 0, lines: textLines(text ?? ""), names };
}

function nothing(changes: FileChanges, origin: Origin, isOlder: boolean): [Certainty, string] {
  if (isOlder)
    return ["unknown", "this clone is shallow, and the line is older than what it holds"];
  const others = changes.others();
  const who =
    others === 0 ? "" : `; ${counted(others, "session")} changed the file then, but not this line`;
  if (origin.kind === "unknown")
    return ["unknown", `${origin.why}, and no transcript has this line`];
  return ["nobody", `no recorded session of an agent wrote this line${who}`];
}

const REASONS = {
  certain: "its transcript has the edit that wrote this line",
  likely: "it changed this file last before then, and no transcript tells more",
  maybe: "its transcript has an edit that may have led to this line",
} as const;

type Known = Omit<LineAnswer, "text" | "certainty" | "reason">;

/** A line of a file, with what git tells of it. */
interface PlacedLine {
  readonly place: FilePlace;
  readonly lines: readonly string[];
  readonly number: number;
  readonly origin: Origin;
  readonly before: Awaited<ReturnType<typeof earlier>>;
  readonly known: Known;
}

/** What the changes that agents made tell of a line. */
function answerFrom(ctx: WhyNeeds, { db }: View, asked: PlacedLine): LineAnswer {
  const { place, lines, number, origin, before, known } = asked;
  const commit = origin.kind === "commit" ? origin.blamed.commit : null;
  const isBoundary = origin.kind === "commit" && origin.blamed.isBoundary && place.isShallow;
  const changes = new FileChanges(ctx, db, place, before.names);
  const had = new Set(before.lines);
  const line = lineAt(lines, number, (text) => had.has(text) || changes.wrote(text));
  const found = changes.owner(line, {
    from: isBoundary ? 0 : before.from,
    to: commit?.writtenAt ?? ctx.now().getTime(),
    latest: commit?.committedAt ?? ctx.now().getTime(),
  });
  const isCommitted = origin.kind === "unknown" ? null : commit !== null;
  const facts = { ...known, text: line.text, commit, isCommitted };
  if (found === null) {
    const [certainty, reason] = nothing(changes, origin, isBoundary);
    return { ...facts, certainty, reason };
  }
  const { how, session, change } = found;
  const certainty: Certainty = how === "certain" ? "certain" : "likely";
  return { ...facts, certainty, reason: REASONS[how], author: authorOf(db, session, change) };
}

/**
 * Who wrote a line, and what for.
 * @throws UserError `usage`
 */
export async function whyLine(
  ctx: WhyNeeds,
  target: AskedFile & { readonly line: number },
  rev: string | null,
): Promise<LineAnswer> {
  const place = await filePlaceOf(ctx, target.path);
  const texts = await textsOf(place, target, rev);
  const { path } = place;
  const { line: number } = target;
  const known = { path, line: number, commit: null, isCommitted: null, author: null };
  if (texts.now.slice(0, 8192).includes("\0"))
    return { ...known, text: null, certainty: "unknown", reason: "the file is binary" };
  const lines = textLines(texts.now);
  if (number > lines.length)
    throw new UserError("usage", `${path} has ${counted(lines.length, "line")}`);
  const origin = await originOf(place, texts, lines, number);
  const before = await earlier(place.git, place, origin, texts.commit);
  const store = await ctx.store();
  const asked = { place, lines, number, origin, before, known };
  const answer = await store.read((view) => answerFrom(ctx, view, asked));
  const text = lines[number - 1] ?? "";
  return answer ?? { ...known, text, certainty: "unknown", reason: "nothing is recorded yet" };
}
