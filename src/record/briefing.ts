import { AGENTS } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { digestLine, digestOf, writtenSummary } from "../digest/digest.ts";
import type { Repository } from "../files/git.ts";
import { storedProjects } from "../projects/sql.ts";
import { observe, toObserved } from "../states/observe.ts";
import { isAtWork, type LiveState } from "../states/state.ts";
import type { Connection } from "../store/connection.ts";
import { parseMetadata } from "../store/rows.ts";
import { shortPaths } from "../text/paths.ts";
import { redact } from "../text/redact.ts";
import { escapeControls, firstChars } from "../text/text.ts";
import { EARLIER_SESSIONS, LIVE_SESSIONS } from "./sql.ts";

/** A session for the context of another. */
export interface BriefedSession {
  readonly id: string;
  readonly agentId: string;
  readonly startedLocal: string;
  readonly title: string | null;
  readonly summary: string | null;
  /** Of a session that hasn't ended. */
  readonly state?: LiveState;
}

/** More are as good as none. */
const MAX_LIVE = 5;

interface Row extends Readonly<Record<string, unknown>> {
  readonly id: string;
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
    id: row.id,
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

type Needs = Pick<Context, "env" | "now" | "agentProcesses">;

/** Whom a new session is told of: `but` is its own id, and a session that was silent for longer is stale. */
interface Others {
  readonly but: string;
  readonly staleMs: number;
}

/** The hook-made sessions at work in a working tree, newest first, at most five. */
export async function sessionsAtWork(
  ctx: Needs,
  db: Connection,
  root: string,
  { but, staleMs }: Others,
): Promise<BriefedSession[]> {
  const since = ctx.now().getTime() - staleMs;
  const rows = db.query<Row, [string, string, number]>(LIVE_SESSIONS).all(root, but, since);
  const sessions = await Promise.all(
    rows.map(async (row) => ({
      ...toFound(row),
      ...(await observe(ctx, toObserved(row), staleMs)),
    })),
  );
  return sessions.filter(({ state, ageMs }) => isAtWork(state, ageMs)).slice(0, MAX_LIVE);
}

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.values(AGENTS).map(({ agentId, name }) => [agentId, name]),
);

/** What happened in a session, in sentences that help who goes on with its work. */
function happened(db: Connection, root: string | null, session: BriefedSession): string[] {
  const digest = digestOf(db, session.id);
  const pathOf = (path: string) => shortPaths(path, { root, home: undefined });
  const failure = digest.lastFailure === null ? "" : pathOf(firstChars(digest.lastFailure, 160));
  const parts = [
    writtenSummary(session.summary) ?? "",
    digestLine(digest, pathOf, session.title),
    failure && `last failure: ${failure}`,
  ];
  return parts.filter((part) => part !== "");
}

/** memtomem stores text unredacted, and what is told to an agent leaves this machine. */
function told(db: Connection, root: string | null, session: BriefedSession): ContextSession {
  const { agentId, startedLocal, title, state } = session;
  return {
    agentName: NAMES.get(agentId) ?? agentId,
    startedLocal,
    state: state ?? null,
    title: title === null ? null : redact(title),
    happened: redact(happened(db, root, session).join("; ")),
  };
}

/** What a session that starts at a place is told of the others there. */
export async function gatherContext(
  ctx: Needs,
  db: Connection,
  here: Repository,
  others: Others,
): Promise<ContextPart[]> {
  const atWork = here.root === null ? [] : await sessionsAtWork(ctx, db, here.root, others);
  const earlier = await earlierSessions(db, here, others.but);
  const tell = (session: BriefedSession) => told(db, here.root, session);
  return contextParts(earlier.map(tell), atWork.map(tell));
}

/** Agents read no more of it, and every prompt pays for it. */
const MAX_CONTEXT_CHARS = 2000;

/** A session as the context tells of it. */
export interface ContextSession {
  readonly agentName: string;
  /** Local time, to the minute. */
  readonly startedLocal: string;
  /** Null where it has ended. */
  readonly state: LiveState | null;
  readonly title: string | null;
  /** Empty where nothing is known. */
  readonly happened: string;
}

/** What a context is made of; each part is a complete text or empty. */
export interface ContextPart {
  readonly name: "earlier" | "live";
  readonly text: string;
}

/** So that five sessions fit. */
const HAPPENED_CHARS = 320;

function beginning(text: string): string {
  const kept = firstChars(text, HAPPENED_CHARS);
  return kept === text ? text : `${kept.trimEnd()}…`;
}

function describe(session: ContextSession): string {
  const title = session.title === null ? "" : ` "${session.title}"`;
  const summary = session.happened === "" ? "" : `: ${beginning(session.happened)}`;
  const state = session.state === null ? "" : ` (${session.state})`;
  return `- ${session.startedLocal} ${session.agentName}${state}${escapeControls(title + summary)}`;
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
    part("live", "Other agent sessions at work in this working tree:", live.map(describe)),
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
