import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { type Remote, withRemote } from "../remote/connect.ts";
import { readServer } from "../remote/schema/schema.ts";
import * as statements from "../remote/statements.ts";
import { explainReplica } from "../replica/fault.ts";
import { replicaPath } from "../replica/file.ts";
import { listSources, openReplica } from "../replica/sources.ts";
import { lastPull, type RemoteSource } from "../replica/sql.ts";
import type { SyncSettings } from "../settings.ts";
import { readSyncSettings } from "../source/home.ts";
import { type Here, readHere } from "./here.ts";

/** What the server knows. */
export interface There {
  readonly version: string;
  readonly keepDays: number | null;
  /** Of this source. */
  readonly sessions: number;
  readonly events: number;
  readonly sources: readonly RemoteSource[];
  /** The source that this home is, or was before its sidecar was lost; null if it never pushed. */
  readonly sourceId: string | null;
}

export interface SyncStatus {
  readonly settings: SyncSettings;
  readonly here: Here;
  readonly there: There;
  /** When other machines were last asked; null if they never were. */
  readonly pulledMs: number | null;
}

type Needs = Pick<
  Context,
  "capture" | "disk" | "env" | "machine" | "newId" | "now" | "sleep" | "store" | "warnings"
>;

async function lastSourceOf(remote: Remote, { holder }: Here): Promise<string | null> {
  const [source] = await remote.transaction((transaction) =>
    transaction.query<{ source_id: string }>(statements.SOURCES_BY_HOLDER, [holder]),
  );
  return source?.source_id ?? null;
}

async function readThere(remote: Remote, here: Here): Promise<There> {
  const { version, keepDays } = await readServer(remote);
  const sources = await listSources(remote);
  const sourceId = here.sourceId ?? (await lastSourceOf(remote, here));
  if (sourceId === null) return { version, keepDays, sessions: 0, events: 0, sources, sourceId };
  const [row] = await remote.transaction((transaction) =>
    transaction.query<{ sessions: string; events: string }>(statements.COUNTS, [sourceId]),
  );
  return {
    version,
    keepDays,
    sessions: Number(row?.sessions ?? 0),
    events: Number(row?.events ?? 0),
    sources,
    sourceId,
  };
}

async function readLastPull(ctx: Needs): Promise<number | null> {
  const { home } = await ctx.store();
  const replica = openReplica(ctx, home);
  try {
    return (await replica.read(({ db }) => lastPull(db))) ?? null;
  } catch (error) {
    const fault = explainReplica(error, replicaPath(home));
    if (!(fault instanceof UserError)) throw fault;
    ctx.warnings.push([fault.message, fault.hint ?? ""].filter(Boolean).join("; "));
    return null;
  } finally {
    replica.close();
  }
}

/**
 * Compares this machine with the server.
 * @throws UserError `sync_settings`, `sync_unreachable`, `sync_refused`
 */
export async function syncStatus(ctx: Needs): Promise<SyncStatus> {
  const settings = await readSyncSettings(ctx);
  const here = await readHere(ctx, settings);
  const there = await withRemote(ctx, settings, (remote) => readThere(remote, here));
  return { settings, here, there, pulledMs: await readLastPull(ctx) };
}
