import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { loadSettings } from "../settings/settings.ts";
import { explainReplica } from "../sync/replica/fault.ts";
import { replicaPath } from "../sync/replica/file.ts";
import { chooseMachines, meansHere } from "./choose.ts";
import { Fleet } from "./fleet.ts";
import type { ReadStores, Work } from "./model.ts";
import type { Twofold } from "./sql.ts";

/** What is wrong with the replica, and what to do; null for what isn't about it. */
function replicaFault(error: unknown, path: string): UserError | null {
  if (!(error instanceof UserError) || !error.message.includes(path)) return null;
  const fault = explainReplica(error, path);
  return fault instanceof UserError && fault.code.startsWith("database_") ? fault : null;
}

/** This machine's name for people. */
async function nameHere(ctx: Pick<Context, "machine" | "store" | "warnings">): Promise<string> {
  const { home } = await ctx.store();
  const { sync } = await loadSettings(home, (message) => void ctx.warnings.push(message));
  const named = sync["machine"];
  return typeof named === "string" && named !== "" ? named : (await ctx.machine()).name;
}

const NOTHING_PULLED = "no other machine's sessions are here; `mm sync pull` gets them";

const idsOf = (sessions: readonly Twofold[]) => sessions.map(({ id }) => id);

/** Of a session that is here and in the replica, the copy with more events is read. */
async function storesIn(fleet: Fleet, typed: string, name: string): Promise<ReadStores> {
  const chosen = chooseMachines(typed, name, fleet.sources);
  const { isHere, sources } = chosen;
  if (sources.length === 0) return [fleet.here([])];
  const twofold = await fleet.twofold(chosen);
  const there = twofold.filter((each) => each.there > each.here);
  const here = twofold.filter((each) => each.there <= each.here);
  const others = fleet.others(chosen, idsOf(here));
  return isHere ? [fleet.here(idsOf(there)), others] : [others];
}

/**
 * Runs `work` with the machines that are meant. Where the replica can't be read, this machine's sessions are read
 * alone, if they are meant, too, and a warning says so.
 * @throws UserError `sync_source`, `usage`, or why the replica can't be read
 */
export async function readMachines<T>(
  ctx: Context,
  typed: string,
  work: Work<T>,
  mayRepeat: () => boolean,
): Promise<T> {
  const store = await ctx.store();
  const name = await nameHere(ctx);
  try {
    const fleet = await Fleet.open(ctx, store, name);
    const stores = await storesIn(fleet, typed, name);
    if (fleet.sources.length === 0 && typed.trim() !== name) ctx.warnings.push(NOTHING_PULLED);
    return await work(stores);
  } catch (error) {
    const fault = replicaFault(error, replicaPath(store.home));
    if (fault === null) throw error;
    if (!meansHere(typed, name) || !mayRepeat()) throw fault;
    const why = [fault.message, fault.hint ?? ""].filter(Boolean).join("; ");
    ctx.warnings.push(`only this machine's sessions were read: ${why}`);
    return await work([Fleet.alone(ctx, store, name).here([])]);
  }
}
