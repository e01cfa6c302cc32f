import { AGENTS } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import type { Repository } from "../files/git.ts";
import { IDLE_MS } from "../live/state.ts";
import { storedProjects } from "../projects/sql.ts";
import type { Connection } from "../store/connection.ts";
import { agentProcessOf } from "../store/hooked-sessions.ts";
import { parseMetadata } from "../store/rows.ts";
import { redact } from "../text/redact.ts";
import { escapeControls, firstChars } from "../text/text.ts";
import { EARLIER_SESSIONS, LIVE_SESSIONS } from "./sql.ts";

/** A session for the context of another. */
export interface BriefedSession {
  readonly agentId: string;
  readonly startedLocal: string;
  readonly title: string | null;
  readonly summary: string | null;
}

/** More are as good as none. */
const MAX_LIVE = 5;

interface Row extends Readonly<Record<string, unknown>> {
  /** When an earlier session ended, in milliseconds since 1970. */
  readonly at?: number;
  readonly agent_id: string;
  readonly started_local: string;
  readonly metadata: unknown;
  readonly summary: string | null;
}

function toFound(row: Row): BriefedSession {
  const title = parseMetadata(row.metadata)["title"];
  return {
    agentId: row.agent_id,
    startedLocal: row.started_local,
    title: typeof title === "string" ? title : null,
    summary: row.summary,
  };
}

const MAX_EARLIER = 5;

/** The former git folders of a repository that has moved. */
async function formerOnes(db: Connection, here: Repository): Promise<string[]> {
  const isGone = (project: string) => Bun.file(`${project}/HEAD`).size === 0;
  if (!storedProjects(db).some(isGone)) return [];
  const { Projects } = await import("../projects/projects.ts");
  return await new Projects(db, here).formerOnes();
}

/** The sessions of a repository that ended last, without the one given, newest first. */
async function earlierSessions(
  db: Connection,
  here: Repository,
  but: string,
): Promise<BriefedSession[]> {
  const find = (project: string) =>
    db.query<Row, [string, string]>(EARLIER_SESSIONS).all(project, but);
  if (here.project === null) return [];
  const rows = find(here.project);
  if (rows.length < MAX_EARLIER) rows.push(...(await formerOnes(db, here)).flatMap(find));
  return rows
    .sort((a, b) => (b.at ?? 0) - (a.at ?? 0))
    .slice(0, MAX_EARLIER)
    .map(toFound);
}

type Needs = Pick<Context, "now" | "agentProcesses">;

/** The hook-made sessions at work in a working tree but the one given, newest first, at most five. */
export async function sessionsAtWork(
  { now, agentProcesses }: Needs,
  db: Connection,
  root: string,
  but: string,
): Promise<BriefedSession[]> {
  const since = now().getTime() - IDLE_MS;
  const rows = db.query<Row, [string, string, number]>(LIVE_SESSIONS).all(root, but, since);
  const gone = await Promise.all(rows.map((row) => agentProcesses.isGone(agentProcessOf(row))));
  const atWork = rows.filter((_, index) => gone[index] !== true);
  return atWork.slice(0, MAX_LIVE).map(toFound);
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
);

/** memtomem stores text unredacted, and what is told to an agent leaves this machine. */
function told(session: BriefedSession): ContextSession {
  const { agentId, startedLocal, title, summary } = session;
  return {
    agentName: NAMES.get(agentId) ?? agentId,
    startedLocal,
    title: title === null ? null : redact(title),
    summary: summary === null ? null : redact(summary),
  };
}

/** What a session that starts at a place is told of the others there; `but` is its own id. */
export async function gatherContext(
  ctx: Needs,
  db: Connection,
  here: Repository,
  but: string,
): Promise<ContextPart[]> {
  const atWork = here.root === null ? [] : await sessionsAtWork(ctx, db, here.root, but);
  const earlier = await earlierSessions(db, here, but);
  return contextParts(earlier.map(told), atWork.map(told));
}

/** Agents read no more of it, and every prompt pays for it. */
const MAX_CONTEXT_CHARS = 2000;

/** A session as the context tells of it. */
export interface ContextSession {
  readonly agentName: string;
  /** Local time, to the minute. */
  readonly startedLocal: string;
  readonly title: string | null;
  readonly summary: string | null;
}

/** What a context is made of; each part is a complete text or empty. */
export interface ContextPart {
  readonly name: "earlier" | "live";
  readonly text: string;
}

function describe(session: ContextSession): string {
  const title = session.title === null ? "" : ` "${firstChars(session.title, 80)}"`;
  const summary = session.summary === null ? "" : `: ${firstChars(session.summary, 200)}`;
  return `- ${session.startedLocal} ${session.agentName}${escapeControls(title + summary)}`;
}

function part(name: ContextPart["name"], heading: string, lines: readonly string[]): ContextPart {
  return { name, text: lines.length === 0 ? "" : [heading, ...lines].join("\n") };
}

/** Facts for an agent that starts: earlier sessions of its project and others at work in its tree. Both newest first. */
export function contextParts(
  earlier: readonly ContextSession[],
  live: readonly ContextSession[],
): ContextPart[] {
  return [
    part("live", "Other agent sessions that are active in this working tree:", live.map(describe)),
    part("earlier", "Earlier agent sessions in this project, newest first:", earlier.map(describe)),
  ];
}

/** The parts as one text, whole lines of at most `MAX_CONTEXT_CHARS` characters; empty where there is nothing to say. */
export function contextText(parts: readonly ContextPart[]): string {
  const text = parts
    .map((each) => each.text)
    .filter((each) => each !== "")
    .join("\n");
  if (text.length <= MAX_CONTEXT_CHARS) return text;
  const cut = text.slice(0, MAX_CONTEXT_CHARS);
  return cut.slice(0, cut.lastIndexOf("\n"));
}
