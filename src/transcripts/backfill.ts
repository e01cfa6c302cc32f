import { AGENT_NAMES, AGENTS, type AgentName } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";
import { collectEvery } from "../files/memory.ts";
import { loadSettings, type Settings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { WriteBatch } from "../store/history/batch.ts";
import { hookedIds } from "../store/history/sessions.ts";
import { forkedFrom } from "../store/history/transcripts.ts";
import type { Store } from "../store/store.ts";
import { lookForWordsBy } from "../text/redact.ts";
import { bySieve } from "../text/secrets/sieve.ts";
import type { Usage } from "../usage/cost.ts";
import { Prices } from "../usage/prices.ts";
import { usageAdded, usageByModel } from "../usage/totals.ts";
import { type Changed, changedSources } from "./changes/changes.ts";
import { OutOfTime, TranscriptFiles } from "./files.ts";
import { type FoundSource, filesOfAgent, findSources, KnownSessions } from "./find.ts";
import { storeTitles } from "./finish.ts";
import { keepUp, LIMIT_MICROS } from "./keep-up/keep-up.ts";
import { takeSource } from "./pass.ts";
import { settlePlaces } from "./places/places.ts";
import { Lookups } from "./take.ts";

/** The engine's last compiler takes half a second and 10 MB, and even over a gigabyte saves no more time than that. */
const LAST_COMPILER = "BUN_JSC_useFTLJIT";
const BYTES_TO_START_ANEW = 32 * 1024 * 1024;
const BYTES_A_COLLECTION = 64 * 1024 * 1024;
/** So many rows of usage are stored in one transaction. */
const CALLS_AT_ONCE = 2000;

/** What is to be read. */
export interface BackfillRequest {
  /** Empty for all agents whose transcripts can be read. */
  readonly agents: readonly AgentName[];
  /** Only transcripts that were written to at or after this time, in milliseconds since 1970. */
  readonly since: number | null;
  /** Only sessions that hooks have recorded, in one process at a time that ends in time. */
  readonly known: boolean;
  /** Only what calls used, of sessions that weren't read whole. */
  readonly usageOnly: boolean;
  /** Only count what would be read. */
  readonly dryRun: boolean;
}

/** What has become of an agent's transcripts. */
export interface AgentReport {
  readonly agent: AgentName;
  /** Transcripts, each of a session or of all of them. */
  readonly found: number;
  /** Those that had something new, with their bytes. */
  readonly changed: number;
  readonly bytes: number;
  /** Those that another process has read meanwhile. */
  readonly shared: number;
  /** What was added; 0 for a dry run. */
  readonly sessions: number;
  readonly events: number;
  readonly usage: Usage | null;
  /** Lines that told nothing. */
  readonly passedOver: number;
  /** What could not be read, and why. */
  readonly problems: readonly string[];
}

export type BackfillNeeds = Pick<
  Context,
  | "agentProcesses"
  | "beforeSignalled"
  | "elapsedMicros"
  | "env"
  | "err"
  | "newId"
  | "now"
  | "startAnew"
  | "store"
  | "terminal"
  | "warnings"
>;

/** The agents whose transcripts can be read. */
export const READABLE = AGENT_NAMES.filter((agent) => HISTORIES[agent] !== undefined);

const sizeOf = ({ files }: FoundSource) => files.reduce((all, { size }) => all + size, 0);

/** What an agent's transcripts are before they are read. */
export interface PlannedSources extends Changed {
  readonly agent: AgentName;
  readonly all: readonly FoundSource[];
  /** Whether what was noted of files counts; else they are read whole. */
  readonly isNoted: boolean;
  /** The only sessions that are wanted, or null for all. */
  readonly hooked: KnownSessions | null;
  readonly usageOnly: boolean;
}

function bytesOf(planned: readonly PlannedSources[]): number {
  return planned.flatMap(({ sources }) => sources).reduce((all, source) => all + sizeOf(source), 0);
}

async function plan(
  ctx: Pick<Context, "env">,
  store: Store,
  agent: AgentName,
  { since, known, usageOnly }: BackfillRequest,
): Promise<PlannedSources> {
  const all = findSources(agent, ctx.env);
  const ids = known ? await store.read(({ db }) => hookedIds(db, AGENTS[agent].agentId)) : [];
  const hooked = known ? new KnownSessions(ids ?? []) : null;
  const isRecent = (source: FoundSource) =>
    (since === null || source.files.some(({ modifiedMs }) => modifiedMs >= since)) &&
    hooked?.mayBeIn(source) !== false;
  const changed = await changedSources(store, agent, all.filter(isRecent), usageOnly);
  return { ...changed, agent, all, isNoted: true, hooked, usageOnly };
}

/** What is wrong with one transcript is no reason to leave the others. */
function problemOf(error: unknown, { key }: FoundSource): string {
  if (error instanceof UserError) throw error;
  const why = whyRefused(error) || (error instanceof Error ? error.message : codeOf(error));
  return `${key}: ${why}`;
}

/** Reads what is new of one agent. */
async function take(
  ctx: BackfillNeeds,
  store: Store,
  settings: Settings,
  prices: Prices,
  {
    agent,
    all,
    sources,
    unchanged,
    isNoted,
    readBefore,
    deleted,
    hooked,
    usageOnly,
  }: PlannedSources,
  onBytes: (bytes: number) => Promise<void>,
): Promise<AgentReport> {
  const check = () => {
    if (hooked !== null && ctx.elapsedMicros() > LIMIT_MICROS) throw new OutOfTime();
  };
  const used = (db: Connection) => usageByModel(db, { agent }, prices);
  const before = sources.length > 0 ? ((await store.read(({ db }) => used(db))) ?? null) : null;
  const added = { sessions: 0, events: 0 };
  const lookups = new Lookups((await store.read(({ db }) => forkedFrom(db, agent))) ?? []);
  const others = filesOfAgent(all, readBefore);
  const collect = collectEvery(BYTES_A_COLLECTION);
  const batch = new WriteBatch(store, usageOnly ? CALLS_AT_ONCE : 1);
  let passedOver = 0;
  let bytes = 0;
  let shared = 0;
  const problems: string[] = [];
  for (const source of sources) {
    try {
      const read = await takeSource(ctx, store, source, {
        settings,
        others,
        isNoted,
        deleted,
        hooked,
        added,
        lookups,
        batch,
        usageOnly,
        check,
      });
      passedOver += read.passedOver;
      collect(read.bytes);
      shared += read.shared;
      bytes += (1 - read.shared) * sizeOf(source);
    } catch (error) {
      if (error instanceof OutOfTime) break;
      problems.push(problemOf(error, source));
    }
    await onBytes(sizeOf(source));
  }
  await batch.flush();
  if (settings.capture !== "none" && !usageOnly) {
    const files = new TranscriptFiles(ctx.now().getTime());
    const titles = HISTORIES[agent]?.titles?.(ctx.env, files) ?? new Map<string, string>();
    await storeTitles(store, AGENTS[agent].agentId, titles);
  }
  // The writer is open; a reader would first look through all that it has written.
  const after = sources.length > 0 ? await store.withWriter(used) : null;
  const usage = after === null ? null : usageAdded(before, after);
  const found = sources.length + unchanged;
  const changed = sources.length - shared;
  return { agent, found, changed, bytes, shared, ...added, usage, passedOver, problems };
}

function foreseen({ agent, sources, unchanged }: PlannedSources): AgentReport {
  const bytes = sources.reduce((all, source) => all + sizeOf(source), 0);
  const found = sources.length + unchanged;
  const none = { shared: 0, sessions: 0, events: 0, usage: null, passedOver: 0, problems: [] };
  return { agent, found, changed: sources.length, bytes, ...none };
}

/** Reads all transcripts that have something new, and stores it. */
export async function backfill(
  ctx: BackfillNeeds,
  request: BackfillRequest,
  progress: LateProgress,
): Promise<AgentReport[]> {
  const { agents, dryRun, known } = request;
  const store = await ctx.store();
  const planAll = async (wanted: readonly AgentName[]) => {
    const planned: PlannedSources[] = [];
    for (const agent of wanted) planned.push(await plan(ctx, store, agent, request));
    return planned;
  };
  const planned = await planAll(agents.length > 0 ? agents : READABLE);
  const isNew = planned.some(({ sources }) => sources.length > 0);
  if (dryRun || (known && !isNew)) return planned.map(foreseen);
  if (!known) {
    if (bytesOf(planned) > BYTES_TO_START_ANEW) await ctx.startAnew(LAST_COMPILER, "0");
    return await takePlanned(ctx, planned, progress);
  }
  const wanted = planned.map(({ agent }) => agent);
  const pass = async (some: readonly AgentName[]) =>
    await takePlanned(ctx, await planAll(some), progress);
  const reports = await keepUp(ctx, store, wanted, pass);
  if (reports === null) ctx.warnings.push("another mm is reading these transcripts already");
  return [...(reports ?? planned.map(foreseen))];
}

/** Reads transcripts and stores what is new in them. */
export async function takePlanned(
  ctx: BackfillNeeds,
  planned: readonly PlannedSources[],
  progress: LateProgress,
): Promise<AgentReport[]> {
  // Of usage alone few texts are stored.
  if (planned.some(({ usageOnly }) => !usageOnly)) lookForWordsBy(bySieve);
  const store = await ctx.store();
  const settings = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const prices = new Prices(settings.prices);
  progress.begin(bytesOf(planned));
  let done = 0;
  const reports: AgentReport[] = [];
  for (const one of planned) {
    if (one.sources.length === 0 && HISTORIES[one.agent]?.titles === undefined) {
      reports.push(foreseen(one));
      continue;
    }
    const report = await take(ctx, store, settings, prices, one, async (bytes) => {
      done += bytes;
      progress.show(done);
      await progress.turn();
    });
    reports.push(report);
  }
  if (reports.some(({ changed }) => changed > 0)) await settlePlaces(store, ctx.env);
  return reports;
}
