import type { Context } from "../../context.ts";
import { Store } from "../../store/store.ts";
import type { Remote } from "../remote/connect.ts";
import * as remoteSql from "../remote/statements.ts";
import { replicaPath } from "./file.ts";
import { toldApart } from "./names.ts";
import type { RemoteSource } from "./sql.ts";

const WAIT_MS = 5000;

/** The sources on the server that this user may see, each by a name of its own. */
export async function listSources(remote: Remote): Promise<RemoteSource[]> {
  interface Row {
    readonly source_id: string;
    readonly owner: string;
    readonly machine: string;
    readonly last_rev: string;
    readonly is_own: boolean;
    readonly pushed_ms: number | null;
  }
  const rows = await remote.transaction((transaction) => transaction.query<Row>(remoteSql.SOURCES));
  const sources = rows.map((row) => ({
    sourceId: row.source_id,
    machine: row.machine,
    owner: row.owner,
    isOwn: row.is_own,
    lastRev: Number(row.last_rev),
    pushedMs: row.pushed_ms,
  }));
  return toldApart(sources);
}

/** The replica as a store of its own. */
export function openReplica(ctx: Pick<Context, "newId" | "warnings">, home: string): Store {
  const warn = (message: string) => void ctx.warnings.push(message);
  const databasePath = replicaPath(home);
  return new Store(
    { home, isHomeNamed: false, databasePath },
    { newId: ctx.newId, waitMs: WAIT_MS, warn },
  );
}
