import { AGENTS } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { codeOf, UserError } from "../errors.ts";
import { collectEvery } from "../files/memory.ts";
import { loadSettings, type Settings } from "../settings/settings.ts";
import type { Connection } from "../store/connection.ts";
import { WriteBatch } from "../store/history/batch.ts";
import { forkedFrom } from "../store/history/transcripts.ts";
import type { Store } from "../store/store.ts";
import { lookForSignsBy } from "../text/redact.ts";
import { atOnce } from "../text/secrets/at-once.ts";
import { Prices } from "../usage/prices.ts";
import { usageAdded, usageByModel } from "../usage/totals.ts";
import { bytesToRead, type PlannedSources, sizeOf } from "./changes/plan.ts";
import { OutOfTime, TranscriptFiles } from "./files.ts";
import { filesOfAgent } from "./find.ts";
import { LIMIT_MICROS } from "./keep-up/keep-up.ts";
import { takeSource } from "./pass.ts";
import { commitsIn } from "./places/commits.ts";
import { settlePlaces } from "./places/places.ts";
import { problemOf } from "./problems.ts";
import { type AgentReport, foreseen, isTaken } from "./report.ts";
import { type Added, Lookups } from "./session/take.ts";
import { storeTitles } from "./session/titles.ts";

const BYTES_A_COLLECTION = 32 * 1024 * 1024;
/** So many rows are stored in one transaction, of usage alone more: hooks wait for no longer than it takes. */
const ROWS_AT_ONCE = 500;
const CALLS_AT_ONCE = 2000;

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

/** What has become of an agent's sources. */
type Told = Pick<AgentReport, "changed" | "passedOver" | "bytes" | "shared" | "problems">;

/** With what the sources of all agents are read. */
interface Pass {
  readonly store: Store;
  readonly settings: Settings;
  readonly prices: Prices;
  /** Is called behind each source, with its size. */
  readonly onBytes: (bytes: number) => Promise<void>;
}

async function takeSources(
  ctx: BackfillNeeds,
  { store, settings, onBytes }: Pass,
  { agent, all, sources, isNoted, readBefore, deleted, hooked, usageOnly }: PlannedSources,
  added: Added,
): Promise<Told> {
  const check = () => {
    if (hooked !== null && ctx.elapsedMicros() > LIMIT_MICROS) throw new OutOfTime();
  };
  const lookups = new Lookups((await store.read(({ db }) => forkedFrom(db, agent))) ?? []);
  const others = filesOfAgent(all, readBefore);
  const collect = collectEvery(BYTES_A_COLLECTION);
  const batch = new WriteBatch(store, usageOnly ? CALLS_AT_ONCE : ROWS_AT_ONCE, added);
  const options = { settings, others, isNoted, deleted, hooked, added, lookups, batch, usageOnly };
  const told = { changed: 0, passedOver: 0, bytes: 0, shared: 0 };
  const problems = new Map<string, unknown>();
  for (const source of sources) {
    try {
      const read = await takeSource(ctx, store, source, { ...options, check });
      told.passedOver += read.passedOver;
      collect(read.bytes);
      told.shared += read.shared;
      told.changed += 1 - read.shared;
      told.bytes += (1 - read.shared) * sizeOf(source);
    } catch (error) {
      if (error instanceof OutOfTime) break;
      // What is wrong with one transcript is no reason to leave the others.
      if (error instanceof UserError) throw error;
      // What its agent has deleted meanwhile is no problem.
      if (codeOf(error) !== "ENOENT") problems.set(source.key, error);
    }
    await onBytes(sizeOf(source));
  }
  await batch.flush();
  // They seemed to be read until they were to be stored.
  told.changed -= [...batch.failed.keys()].filter((key) => !problems.has(key)).length;
  const failed = new Map([...problems, ...batch.failed]);
  return { ...told, problems: [...failed].map(([key, error]) => problemOf(key, error)) };
}

/** Reads what is new of one agent. */
async function takeAgent(
  ctx: BackfillNeeds,
  pass: Pass,
  planned: PlannedSources,
): Promise<AgentReport> {
  const { store, settings, prices } = pass;
  const { agent, sources, unchanged, usageOnly, refused } = planned;
  const used = (db: Connection) => usageByModel(db, { agent }, prices);
  const before = sources.length > 0 ? ((await store.read(({ db }) => used(db))) ?? null) : null;
  const added = { sessions: 0, events: 0 };
  const told = await takeSources(ctx, pass, planned, added);
  if (settings.capture !== "none" && !usageOnly) {
    const files = new TranscriptFiles(ctx.now().getTime());
    const titles = HISTORIES[agent]?.titles?.(ctx.env, files) ?? new Map<string, string>();
    await storeTitles(store, AGENTS[agent].agentId, titles);
  }
  // The writer is open; a reader would first look through all that it has written.
  const after = sources.length > 0 ? await store.withWriter(used) : null;
  const usage = after === null ? null : usageAdded(before, after);
  const found = sources.length + unchanged;
  const problems = [...refused, ...told.problems];
  return { agent, found, ...told, ...added, usage, problems };
}

/** Reads transcripts and stores what is new in them. */
export async function takePlanned(
  ctx: BackfillNeeds,
  planned: readonly PlannedSources[],
  progress: LateProgress,
): Promise<AgentReport[]> {
  // Of usage alone few texts are stored.
  if (planned.some(({ usageOnly, sources }) => !usageOnly && sources.length > 0)) {
    lookForSignsBy(atOnce);
  }
  const store = await ctx.store();
  const settings = await loadSettings(store.home, (message) => void ctx.warnings.push(message));
  const prices = new Prices(settings.prices);
  progress.begin(bytesToRead(planned));
  let done = 0;
  const onBytes = async (bytes: number) => {
    done += bytes;
    progress.show(done);
    await progress.turn();
  };
  const reports: AgentReport[] = [];
  for (const one of planned) {
    const isNew = one.sources.length > 0 || HISTORIES[one.agent]?.titles !== undefined;
    const pass = { store, settings, prices, onBytes };
    reports.push(isNew ? await takeAgent(ctx, pass, one) : foreseen(one));
  }
  if (reports.some(isTaken)) {
    // Of sessions that hooks have recorded, the repository is known already.
    const isKnown = planned.some(({ hooked }) => hooked !== null);
    const files = new TranscriptFiles(ctx.now().getTime());
    await settlePlaces(store, ctx.env, isKnown ? () => null : commitsIn(files));
  }
  return reports;
}
