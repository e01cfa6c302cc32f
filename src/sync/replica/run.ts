import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { withRemote } from "../remote/connect.ts";
import { readServer } from "../remote/schema/schema.ts";
import { readSyncSettings } from "../source/home.ts";
import { alone, withSidecar } from "../source/sidecar.ts";
import { findIdentity } from "../source/sql.ts";
import { explainReplica } from "./fault.ts";
import { replicaPath } from "./file.ts";
import type { PullFilter } from "./filter.ts";
import { isCalled, machineName } from "./names.ts";
import { type PullTally, pullSources } from "./pull/pull.ts";
import { listSources, openReplica } from "./sources.ts";
import { type RemoteSource, setPulled } from "./sql.ts";

type Needs = Pick<
  Context,
  "capture" | "disk" | "env" | "newId" | "now" | "sleep" | "store" | "warnings"
>;

export interface PullInput extends PullFilter {
  /** Names of machines, or `all`; null for one's own other ones. */
  readonly machines: readonly string[] | null;
}

/** What a pull has done. */
export interface Pulled extends PullTally {
  /** Another process pushes or pulls. */
  readonly isBusy: boolean;
  /** The machines that were looked at. */
  readonly machines: readonly string[];
}

/** @throws UserError `sync_source` for a name that no source has */
function chosen(
  sources: readonly RemoteSource[],
  { machines }: PullInput,
  ownId: string | null,
): RemoteSource[] {
  const others = sources.filter(({ sourceId }) => sourceId !== ownId);
  if (machines === null) return others.filter(({ isOwn }) => isOwn);
  if (machines.includes("all")) return others;
  const unknown = machines.find((name) => !others.some((source) => isCalled(source, name)));
  if (unknown !== undefined) {
    const names = [...new Set(others.map(machineName))].join(", ");
    const hint = names === "" ? "no other machine has pushed yet" : `there are: ${names}`;
    throw new UserError("sync_source", `no other machine is called '${unknown}'`, hint);
  }
  return others.filter((source) => machines.some((name) => isCalled(source, name)));
}

async function ownSource(ctx: Needs): Promise<string | null> {
  const identity = await withSidecar(await ctx.store(), findIdentity);
  return identity?.sourceId ?? null;
}

/**
 * Gets what other machines have pushed into this home's replica.
 * @throws UserError `sync_settings`, `sync_unreachable`, `sync_refused`, `sync_source`
 */
export async function pull(ctx: Needs, input: PullInput): Promise<Pulled> {
  const settings = await readSyncSettings(ctx);
  const { home } = await ctx.store();
  const done = await alone(replicaPath(home), async () => {
    const replica = openReplica(ctx, home);
    try {
      return await withRemote(ctx, settings, async (remote) => {
        await readServer(remote);
        const sources = chosen(await listSources(remote), input, await ownSource(ctx));
        const tally = await pullSources(remote, replica, sources, input);
        const ids = sources.map(({ sourceId }) => sourceId);
        await replica.write(({ db }) => setPulled(db, ids, ctx.now().getTime()));
        return { ...tally, isBusy: false, machines: sources.map(machineName) };
      });
    } catch (error) {
      throw explainReplica(error, replicaPath(home));
    } finally {
      replica.close();
    }
  });
  return done?.value ?? { isBusy: true, machines: [], sessions: 0, events: 0, deleted: 0 };
}
