import { existsSync } from "node:fs";
import { basename } from "node:path";
import { type TouchedFile, touchedFiles } from "../digest/touched-file.ts";
import { type Author, authorOf } from "./answer.ts";
import { SLACK_MS } from "./changes.ts";
import { aboutCommit } from "./commit.ts";
import { type FilePlace, filePlaceOf, namedCommit, type WhyNeeds } from "./place.ts";
import { type FileEvent, fileEvents, sessionsBetween, type WorkingSession } from "./sql.ts";
import { FileNames } from "./trees/file-names.ts";

/** A session that touched a file. */
export interface FileSession extends Author {
  readonly did: Omit<TouchedFile, "path">;
  /** When it touched the file last, in milliseconds since 1970. */
  readonly lastAt: number;
}

export interface FileAnswer {
  readonly path: string;
  /** What the file was called before, the last name first. */
  readonly earlierNames: readonly string[];
  /** The latest first. */
  readonly sessions: readonly FileSession[];
  readonly hasMore: boolean;
  /** Why git tells nothing of earlier names; null if it does. */
  readonly withoutGit: string | null;
  /** Whether the file is there, or in the commit that was asked about. */
  readonly isThere: boolean;
}

function touched(events: readonly FileEvent[]): Omit<TouchedFile, "path"> | null {
  const [file] = touchedFiles(events.map((event) => ({ ...event, path: "", count: 1 })));
  if (file === undefined) return null;
  const { path: _, ...did } = file;
  return did;
}

/** The first change or, if it changed nothing, the first that the session did with the file. */
function firstOf(events: readonly FileEvent[]): FileEvent | undefined {
  return events.find((event) => (touched([event])?.changed ?? 0) > 0) ?? events[0];
}

/** Whether there is such a file now or, if a commit was named, in that. */
async function isFileThere({ git, path }: FilePlace, file: string, commit: string | null) {
  if (commit === null) return existsSync(file);
  return (await git?.has(commit, path)) ?? false;
}

/** From which commit the file's names are followed, and until when sessions count. */
async function asOf(ctx: WhyNeeds, place: FilePlace, rev: string | null) {
  if (rev === null)
    return { commit: (await place.git?.commit("HEAD")) ?? null, until: ctx.now().getTime() };
  const { git, commit } = await namedCommit(place, rev);
  return { commit, until: (await aboutCommit(git, commit)).committedAt + SLACK_MS };
}

/**
 * The sessions that touched a file, under any name that it has had.
 * @throws UserError `usage`
 */
export async function whyFile(
  ctx: WhyNeeds,
  path: string,
  rev: string | null,
  limit: number,
): Promise<FileAnswer> {
  const place = await filePlaceOf(ctx, path);
  const { commit, until } = await asOf(ctx, place, rev);
  const names =
    commit === null ? [place.path] : ((await place.git?.names(commit, place.path)) ?? []);
  const [, ...earlierNames] = names;
  const bases = [...new Set(names.map((name) => basename(name)))];
  const store = await ctx.store();
  const found = await store.read(({ db }) => {
    const named = new FileNames(db, place, names);
    const eventsOf = (session: WorkingSession) =>
      bases
        .flatMap((name) => fileEvents(db, session.id, name))
        .filter((event) => event.at <= until && named.has(session, event.path))
        .sort((a, b) => a.at - b.at);
    const sessions = [place.project, place.neighbours].flatMap((where) =>
      sessionsBetween(db, where, 0, until),
    );
    return sessions
      .map((session) => ({ session, events: eventsOf(session) }))
      .flatMap(({ session, events }) => {
        const [did, first, last] = [touched(events), firstOf(events), events.at(-1)];
        if (did === null || first === undefined || last === undefined) return [];
        return [{ session, did, first, lastAt: last.at }];
      })
      .sort((a, b) => b.lastAt - a.lastAt)
      .slice(0, limit + 1)
      .map(({ session, did, first, lastAt }) => {
        const change = { at: first.at, tool: first.tool, prompt: null, said: null };
        return { ...authorOf(db, session, change), did, lastAt };
      });
  });
  const all = found ?? [];
  const { withoutGit } = place;
  const isThere = await isFileThere(place, path, rev === null ? null : commit);
  const sessions = all.slice(0, limit);
  const hasMore = all.length > limit;
  return { path: place.path, earlierNames, sessions, hasMore, withoutGit, isThere };
}
