import type { Context } from "../context.ts";
import { isHomeNamed } from "../settings/home.ts";
import { lookAtFile } from "../store/connection.ts";
import { replicaPath } from "../sync/replica/file.ts";
import { machineName } from "../sync/replica/names.ts";
import { NarrowedStore } from "./narrowed.ts";
import { listPulledSources } from "./sql.ts";

/** Whether sessions of other machines may be here. */
export async function wasPulled(ctx: Pick<Context, "store">): Promise<boolean> {
  return lookAtFile(replicaPath((await ctx.store()).home)).isSized;
}

/** Differs once a pull has brought something. */
export function replicaMark(home: string): string {
  return ["", "-wal"].map((end) => lookAtFile(`${replicaPath(home)}${end}`).mark).join();
}

/** Whoever asks looks again soon. */
const WAIT_MS = 100;
const ALL = { sourceIds: null, leftOut: [], clones: new Map<string, string>() };

/** The names of the machines whose sessions were pulled, none where that can't be told now; null if nothing was. */
export async function pulledNames(
  ctx: Pick<Context, "env" | "newId" | "store" | "warnings">,
): Promise<string[] | null> {
  if (!(await wasPulled(ctx))) return null;
  const { home } = await ctx.store();
  const config = { home, isHomeNamed: isHomeNamed(ctx.env), databasePath: replicaPath(home) };
  const host = { newId: ctx.newId, waitMs: WAIT_MS, warn: () => undefined };
  try {
    const sources = await new NarrowedStore(config, host, ALL).read(({ db }) =>
      listPulledSources(db),
    );
    return [...new Set((sources ?? []).map(machineName))];
  } catch {
    return [];
  }
}
