import type { AgentName } from "../../agents/agents.ts";
import type { Context } from "../../context.ts";
import { claimReading, releaseReading } from "../../store/history/claim.ts";
import type { Store } from "../../store/store.ts";

/** Nobody knows of this process, so it ends in time. */
const LIMIT_MS = 60_000;
/** What it is in the middle of may take so much longer. */
const MARGIN_MS = 10_000;

/** What has been read must not take longer than this, in microseconds since the process started. */
export const LIMIT_MICROS = LIMIT_MS * 1000;

/**
 * Reads what is new of sessions that hooks have recorded, in one process at a time. Whoever comes meanwhile leaves
 * it to that one.
 * @param pass reads what is new of some agents
 * @returns what the passes have returned; null where another process does it
 */
export async function keepUp<T>(
  ctx: Pick<Context, "elapsedMicros" | "newId" | "now">,
  store: Store,
  agents: readonly AgentName[],
  pass: (agents: readonly AgentName[]) => Promise<readonly T[]>,
): Promise<readonly T[] | null> {
  const by = ctx.newId();
  const claim = { by, now: ctx.now().getTime(), forMs: LIMIT_MS + MARGIN_MS };
  if (!(await store.write(({ db }) => claimReading(db, claim, agents)))) return null;
  const read: T[] = [];
  try {
    for (let wanted = agents; wanted.length > 0; ) {
      read.push(...(await pass(wanted)));
      const mayGoOn = ctx.elapsedMicros() < LIMIT_MICROS;
      wanted = (await store.write(({ db }) => releaseReading(db, by, mayGoOn))) as AgentName[];
    }
  } catch (error) {
    await store.write(({ db }) => releaseReading(db, by, false));
    throw error;
  }
  return read;
}
