import { resumeWords } from "../agents/resume.ts";
import type { Context } from "../context.ts";
import { findRepository, NOWHERE } from "../files/git.ts";
import { type FolderName, folderNames, realFolder } from "../projects/folders.ts";
import { Projects } from "../projects/projects.ts";
import { loadSettings } from "../settings/settings.ts";
import { observe } from "../states/observe.ts";
import { type LiveState, silence } from "../states/state.ts";
import { shortIds } from "../store/rows.ts";
import type { View } from "../store/store.ts";
import { type ReportedSession, reportedSessions } from "./sql.ts";

/** More than anybody looks through. */
const MAX_SESSIONS = 5000;

/** A session that its agent can resume. */
export interface Resumable extends ReportedSession {
  readonly shortId: string;
  readonly state: LiveState | "ended";
  /** Milliseconds since the last sign of life; null where that isn't known. */
  readonly ageMs: number | null;
  /** The agent's own command, as words; none where it has none. */
  readonly words: readonly string[];
  /** What a person types for the same, where that is something else. */
  readonly typed?: readonly string[];
  readonly projectName: FolderName | null;
  /** Whether its project is the one of the working directory. */
  readonly isHere: boolean;
}

type Needs = Pick<Context, "agentProcesses" | "cwd" | "env" | "now" | "store" | "warnings">;

/** The folder of the project here; null where the working directory has been deleted. */
async function projectHere(ctx: Needs, view: View): Promise<string | null> {
  let cwd: string;
  try {
    cwd = ctx.cwd();
  } catch {
    return null;
  }
  const here = (await findRepository(cwd)) ?? NOWHERE;
  if (here.project === null) return realFolder(cwd);
  return await new Projects(view.db, here).folderOf(here.project, here.root);
}

/** `whose` are those to list: of agents that can resume them, or any. */
async function list(
  ctx: Needs,
  view: View,
  staleMs: number,
  whose: "resumable" | "all",
): Promise<Resumable[]> {
  const projects = new Projects(view.db);
  const here = await projectHere(ctx, view);
  const sessions = reportedSessions(view.db, MAX_SESSIONS).flatMap((session) => {
    const words = resumeWords(session);
    return words === null && whose === "resumable" ? [] : [{ ...session, words: words ?? [] }];
  });
  const short = shortIds(
    view.db,
    sessions.map(({ id }) => id),
  );
  const folders = await Promise.all(
    sessions.map(({ project, root }) => projects.folderOf(project, root)),
  );
  const names = folderNames(folders);
  return await Promise.all(
    sessions.map(async (session, index) => {
      const { lastAt } = session;
      const folder = folders[index] ?? null;
      const seen =
        session.endedAt === null
          ? await observe(ctx, session, staleMs)
          : { state: "ended" as const, ageMs: silence(lastAt, ctx.now().getTime()) };
      return {
        ...session,
        ...seen,
        shortId: short[index] ?? session.id,
        projectName: names[index] ?? null,
        isHere: folder !== null && folder === here,
      };
    }),
  );
}

/** The sessions that their agents can resume, or that agents reported, those that were last active first. */
export async function resumableSessions(
  ctx: Needs,
  whose: "resumable" | "all" = "resumable",
): Promise<Resumable[]> {
  const store = await ctx.store();
  const { stale } = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  return (await store.read((view) => list(ctx, view, stale.ms, whose))) ?? [];
}
