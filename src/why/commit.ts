import { UserError } from "../errors.ts";
import type { Connection } from "../store/connection.ts";
import { type Author, authorOf } from "./answer.ts";
import { type Commit, unquoted } from "./blame.ts";
import { FileChanges } from "./changes.ts";
import type { Git } from "./git.ts";
import { CANT_TELL, type FilePlace, filePlaceOf, namedCommit, type WhyNeeds } from "./place.ts";

/** A session that wrote lines of a commit. */
interface CommitSession extends Author {
  readonly lines: number;
}

export interface CommitAnswer {
  readonly commit: Commit;
  /** Those that wrote the most lines first. */
  readonly sessions: readonly CommitSession[];
  /** How many lines the commit added, as far as they were looked at, and how many of those no transcript has. */
  readonly lines: number;
  readonly unknown: number;
}

/** Of a larger commit only the first are looked at. */
const MAX_LINES = 2000;
const MAX_FILES = 50;

interface PatchedFile {
  readonly path: string;
  readonly pathBefore: string | null;
  readonly added: string[];
  readonly removed: string[];
}

function pathOf(line: string, lead: string): string | null {
  const path = unquoted(line.slice(lead.length).replace(/\t$/u, ""));
  return path === "/dev/null" ? null : path.slice("a/".length);
}

/** The paths before and after in the head of a file's patch. */
function headOf(lines: readonly string[]): Pick<PatchedFile, "path" | "pathBefore"> | null {
  const named = (lead: string) => {
    const line = lines.find((each) => each.startsWith(lead));
    return line === undefined ? null : pathOf(line, lead);
  };
  const path = named("+++ ");
  return path === null ? null : { path, pathBefore: named("--- ") };
}

/** The files of a patch without context, with the lines that it adds and removes. */
export function patchedFiles(patch: string): PatchedFile[] {
  return patch.split(/^diff --git /mu).flatMap((part) => {
    const lines = part.split("\n");
    const first = lines.findIndex((line) => line.startsWith("@@ "));
    const head = first < 0 ? null : headOf(lines.slice(0, first));
    if (head === null) return [];
    const body = lines.slice(first);
    const signed = (sign: string) =>
      body.filter((line) => line.startsWith(sign)).map((line) => line.slice(1).trimEnd());
    return [{ ...head, added: signed("+"), removed: signed("-") }];
  });
}

/** @throws UserError `usage` */
export async function aboutCommit(git: Git, id: string): Promise<Commit> {
  const about = await git.about(id);
  if (about === null) throw new UserError("usage", CANT_TELL);
  const [, author = "", written, committed, ...subject] = about.trimEnd().split("\n");
  return {
    id,
    author,
    subject: subject.join("\n"),
    writtenAt: Number(written) * 1000,
    committedAt: Number(committed) * 1000,
  };
}

type Tally = Map<string, { readonly author: Author; lines: number }>;

/** Counts for each session the lines of one file that it wrote. @returns how many no transcript has */
function count(
  db: Connection,
  changes: FileChanges,
  file: PatchedFile,
  period: [number, Commit],
  tally: Tally,
): number {
  const [from, { writtenAt, committedAt }] = period;
  let unknown = 0;
  for (const [at, text] of file.added.entries()) {
    const line = {
      text,
      above: file.added.slice(Math.max(0, at - 2), at).reverse(),
      below: file.added.slice(at + 1, at + 3),
      isUnique: file.added.indexOf(text) === file.added.lastIndexOf(text),
      wasThere: (other: string) => file.removed.includes(other) || changes.wrote(other),
    };
    const found = changes.inTime(line, { from, to: writtenAt, latest: committedAt });
    if (found === null) unknown++;
    else {
      const known = tally.get(found.session.id);
      if (known !== undefined) known.lines++;
      else
        tally.set(found.session.id, {
          author: authorOf(db, found.session, found.change),
          lines: 1,
        });
    }
  }
  return unknown;
}

async function startOf(
  git: Git,
  commit: Commit,
  { path, pathBefore }: PatchedFile,
): Promise<number> {
  const from = await git.changedAt(`${commit.id}^`, pathBefore ?? path);
  return from ?? 0;
}

/**
 * The sessions that wrote the lines of a commit.
 * @throws UserError `usage`
 */
export async function whyCommit(ctx: WhyNeeds, folder: string, rev: string): Promise<CommitAnswer> {
  const place: FilePlace = await filePlaceOf(ctx, `${folder}/.`);
  const { git, commit: id } = await namedCommit(place, rev);
  const commit = await aboutCommit(git, id);
  const files = patchedFiles((await git.patch(commit.id)) ?? "")
    .filter(({ added }) => added.length > 0)
    .slice(0, MAX_FILES);
  const starts = await Promise.all(files.map((file) => startOf(git, commit, file)));
  const tally: Tally = new Map();
  let [lines, unknown] = [0, 0];
  const store = await ctx.store();
  await store.read(({ db }) => {
    for (const [at, { added, ...file }] of files.entries()) {
      const part = { ...file, added: added.slice(0, MAX_LINES - lines) };
      const names = [part.path, ...(part.pathBefore === null ? [] : [part.pathBefore])];
      const changes = new FileChanges(ctx, db, place, [...new Set(names)]);
      lines += part.added.length;
      unknown += count(db, changes, part, [starts[at] ?? 0, commit], tally);
    }
  });
  const sessions = [...tally.values()]
    .sort((a, b) => b.lines - a.lines)
    .map(({ author, lines }) => ({ ...author, lines }));
  return { commit, sessions, lines, unknown };
}
