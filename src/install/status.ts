import { AGENT_NAMES, AGENTS, type AgentName } from "../agents/agents.ts";
import type { Context } from "../context.ts";
import { SCOPES, type Scope, toEditContext } from "../edit/places.ts";
import type { Obstacle } from "../edit/settings.ts";
import { codeOf, UserError } from "../errors.ts";
import { statOf } from "../files/guard.ts";
import { keepingIn, whyNothingIsKept } from "../files/keeping.ts";
import { countSpooled, listSpooled, readCall } from "../files/spool.ts";
import { type LostEvents, lostEvents } from "../files/troubles.ts";
import { isHomeNamed } from "../settings/home.ts";
import { homeFault } from "../settings/no-folder.ts";
import type { Connection } from "../store/connection.ts";
import {
  type CalledProgram,
  type CheckContext,
  calledProgram,
  checkTarget,
  installAgain,
  type State,
} from "./check.ts";
import { putOnPath } from "./program.ts";
import { AGENTS_HEARD, LAST_HOOKED } from "./sql.ts";
import { type LeftOut, rivalOf, targetOf } from "./targets.ts";

/** What is known of an agent's hooks from what is stored. */
interface HookActivity {
  /** Milliseconds since 1970 of the last event, from hooks or transcripts. */
  readonly lastEventAt: number;
  /** Whether hooks brought any of its sessions, and not only transcripts. */
  readonly isHooked: boolean;
  /** The same of the last event that a hook brought, and no import; null for none. */
  readonly lastHookedAt: number | null;
  /** How long our hooks took, in milliseconds, over the last thousand events; null where none was measured. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

function percentile(sorted: readonly number[], share: number): number | null {
  const micros = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return micros === undefined ? null : Math.round(micros / 10) / 100;
}

/** By agent (`claude`), for every agent that was ever heard from. */
function hookActivity(db: Connection): Map<string, HookActivity> {
  const agents = db.query<{ client: string; last: number; hooked: number }, []>(AGENTS_HEARD).all();
  return new Map(
    agents.map(({ client: agent, last, hooked }) => {
      const times = db.query<{ own_us: number; at_ms: number }, [string]>(LAST_HOOKED).all(agent);
      const sorted = times.map((row) => row.own_us).sort((a, b) => a - b);
      const p50Ms = percentile(sorted, 0.5);
      const lastHookedAt = times[0]?.at_ms ?? null;
      const p95Ms = percentile(sorted, 0.95);
      return [agent, { lastEventAt: last, isHooked: hooked === 1, lastHookedAt, p50Ms, p95Ms }];
    }),
  );
}

/** What is known of one agent's hooks in one place. */
export interface HookStatus {
  readonly agent: AgentName;
  readonly support: (typeof AGENTS)[AgentName]["support"];
  readonly scope: Scope | "plugin";
  /** Null for an agent that `mm` installs nothing for. */
  readonly file: string | null;
  readonly state: State;
  readonly events: readonly string[];
  readonly missing: readonly string[];
  /** What the agent doesn't know, as far as is known. */
  readonly leftOut: readonly LeftOut[];
  readonly programs: readonly CalledProgram[];
  /** The homes that the hooks' commands name, beside which the agent's MM_HOME doesn't count. */
  readonly homes: readonly string[];
  /** The command that installs the same again. */
  readonly again: string;
  /** The plugin that reports, or null. */
  readonly rival: string | null;
  /** Why they can't work, or what is left to do, each with its fix. */
  readonly problems: readonly Obstacle[];
  /** What else reports the same events. */
  readonly duplicates: readonly string[];
  /** What the agent's hooks have stored, from wherever they came; null for nothing. */
  readonly activity: HookActivity | null;
  /** How many of its calls wait in the spool, from wherever they came. */
  readonly waiting: number;
}

async function statusIn(ctx: CheckContext, agent: AgentName, scope: Scope): Promise<HookStatus> {
  const { support } = AGENTS[agent];
  const target = targetOf(agent, scope, ctx.places);
  const common = { agent, support, scope, duplicates: [], rival: null, activity: null, waiting: 0 };
  if (target === null) {
    const nothing = { events: [], missing: [], leftOut: [], programs: [], homes: [], problems: [] };
    const again = `mm hooks install ${agent}`;
    return { ...common, ...nothing, file: null, state: "not_installed", again };
  }
  const { obstacles: problems, target: _, ...rest } = await checkTarget(ctx, target);
  const again = installAgain(target, rest.events);
  return { ...common, ...rest, file: target.path, problems, again };
}

/** The hooks that an agent's plugin brings along, or null. */
function pluginStatus(ctx: CheckContext, agent: AgentName): HookStatus | null {
  const target = targetOf(agent, "user", ctx.places);
  const plugin = target === null ? null : rivalOf(ctx, target.settings);
  if (target === null || plugin === null) return null;
  const program = calledProgram(ctx, "mm");
  const missing: Obstacle = {
    kind: "off",
    message: "there is no mm on PATH",
    fix: putOnPath(ctx),
  };
  return {
    agent,
    support: AGENTS[agent].support,
    scope: "plugin",
    file: null,
    state: program.exists ? "ok" : "broken",
    events: target.settings.events.activity,
    missing: [],
    leftOut: [],
    programs: [program],
    homes: [],
    again: installAgain(target, target.settings.events.activity),
    rival: plugin,
    problems: program.exists ? [] : [missing],
    duplicates: [],
    activity: null,
    waiting: 0,
  };
}

function isInstalled({ events }: HookStatus): boolean {
  return events.length > 0;
}

/** What is to be told of a row: what reports, and what is wrong or left to do. */
export function problemsOf({ rival, problems }: HookStatus): string[] {
  return [...(rival === null ? [] : [rival]), ...problems.map(({ message }) => message)];
}

/** The rows, each with the others that report the same events. */
function withDuplicates(rows: readonly HookStatus[]): HookStatus[] {
  return rows.map((row) => {
    const others = rows.filter((other) => other !== row && isInstalled(other) && isInstalled(row));
    const same = others.filter((other) => other.events.some((event) => row.events.includes(event)));
    return { ...row, duplicates: same.map(({ scope, file }) => file ?? scope) };
  });
}

async function statusOf(ctx: CheckContext, agent: AgentName): Promise<HookStatus[]> {
  const rows: HookStatus[] = [];
  for (const scope of SCOPES) {
    const row = await statusIn(ctx, agent, scope);
    const isSame = rows.some(({ file }) => file === row.file);
    // A project without hooks isn't worth telling.
    const isWorthTelling = scope === "user" || isInstalled(row) || row.state === "broken";
    if (!isSame && isWorthTelling) rows.push(row);
  }
  const plugin = pluginStatus(ctx, agent);
  const all = plugin === null ? rows : [...rows, plugin];
  // If the hooks come from elsewhere, it is no news that the user's own settings have none.
  const installed = all.filter((row) => isInstalled(row) || row.state === "broken");
  return withDuplicates(installed.length > 0 ? installed : all);
}

/** The row with what the agent's hooks have stored, without the problems that this refutes. */
function withActivity(
  { files }: CheckContext,
  row: HookStatus,
  activity: HookActivity | null,
): HookStatus {
  const { file, problems, state } = row;
  const heardAt = activity?.lastHookedAt ?? null;
  const stat = file === null ? undefined : statOf(files, file, "followed");
  const isRefuted = heardAt !== null && stat !== undefined && heardAt >= stat.mtimeMs;
  const left = problems.filter((one) => !(isRefuted && one.isRefutedByEvents === true));
  const isSettled = left.length < problems.length && state === "pending";
  return { ...row, activity, problems: left, state: isSettled ? "ok" : state };
}

/** What the hooks have stored; a database that can't be read is no reason not to look at the settings. */
async function activityOf(
  ctx: Pick<Context, "store" | "warnings">,
): Promise<ReadonlyMap<string, HookActivity>> {
  try {
    const store = await ctx.store();
    return (await store.read(({ db }) => hookActivity(db))) ?? new Map();
  } catch (error) {
    // A database that no hook has written to has no table for them.
    if (codeOf(error) === "SQLITE_ERROR") return new Map();
    if (!(error instanceof UserError)) throw error;
    ctx.warnings.push(error.message);
    return new Map();
  }
}

/** How many calls of each agent wait in the spool. */
function waitingIn(home: string): ReadonlyMap<unknown, number> {
  const waiting = new Map<unknown, number>();
  for (const file of listSpooled(`${home}/spool`)) {
    try {
      const { agent } = readCall(file) as { agent?: unknown };
      waiting.set(agent, (waiting.get(agent) ?? 0) + 1);
    } catch {
      // A hook has just taken it in, or will set it aside.
    }
  }
  return waiting;
}

type StatusContext = Pick<
  Context,
  "env" | "cwd" | "executable" | "capture" | "disk" | "now" | "newId" | "store" | "warnings"
>;

/** What is installed for these agents, or for all. It changes nothing. */
export async function hooksStatus(
  given: StatusContext,
  agents: readonly AgentName[],
): Promise<HookStatus[]> {
  const ctx = await toEditContext(given);
  const activity = await activityOf(ctx);
  const waiting = waitingIn(ctx.places.home);
  const rows: HookStatus[] = [];
  for (const agent of agents.length > 0 ? agents : AGENT_NAMES) {
    const found = await statusOf(ctx, agent);
    const told = found.map((row) => withActivity(ctx, row, activity.get(agent) ?? null));
    rows.push(...told.map((row) => ({ ...row, waiting: waiting.get(agent) ?? 0 })));
  }
  return rows;
}

/** What `hooks status` tells. */
export interface HooksReport {
  readonly rows: readonly HookStatus[];
  /** How many calls wait in the spool. */
  readonly spooled: number;
  /** Null where none was lost. */
  readonly lost: LostEvents | null;
  /** Why the home keeps nothing, so that events are lost; null where it does. */
  readonly homeProblem: string | null;
}

export async function hooksReport(
  ctx: StatusContext & Pick<Context, "lossPlaces">,
  agents: readonly AgentName[],
): Promise<HooksReport> {
  const rows = await hooksStatus(ctx, agents);
  const { home, databasePath } = await ctx.store();
  const lost = lostEvents(ctx.lossPlaces(home));
  const homeProblem =
    homeFault(home, isHomeNamed(ctx.env))?.message ??
    whyNothingIsKept(keepingIn(home, databasePath));
  return { rows, spooled: countSpooled(`${home}/spool`), lost, homeProblem };
}

/** Whether hooks that are installed can't work. */
export function isBroken({ rows, homeProblem }: HooksReport): boolean {
  return rows.some((row) => row.state === "broken" || (homeProblem !== null && isInstalled(row)));
}
