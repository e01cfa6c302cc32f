import type { Context } from "../../context.ts";
import { UserError } from "../../errors.ts";
import { withRemote } from "../remote/connect.ts";
import * as statements from "../remote/statements.ts";
import { pushOwner, readSyncSettings } from "../source/home.ts";
import { alone, withSidecar } from "../source/sidecar.ts";
import { becomeSource, findIdentity, setHolder } from "../source/sql.ts";

/** The source that this database is from now on. */
export interface MovedSource {
  readonly sourceId: string;
}

type Needs = Pick<
  Context,
  "capture" | "disk" | "env" | "machine" | "newId" | "sleep" | "store" | "warnings"
>;

/**
 * Makes the home that was moved here go on as the same source, or the one that was copied here a new one.
 * @throws UserError `sync_source` if nothing was synced from here, or another process is syncing
 */
export async function moveSource(ctx: Needs, kind: "adopt" | "new"): Promise<MovedSource> {
  const settings = await readSyncSettings(ctx);
  const store = await ctx.store();
  const { holder, machine } = await pushOwner(ctx, settings, store.home);
  const done = await withSidecar(store, (sidecar) =>
    alone(store.databasePath, async () => {
      const stored = findIdentity(sidecar);
      if (stored === null) throw nothingSynced();
      if (kind === "new") {
        const sourceId = ctx.newId();
        becomeSource(sidecar, { sourceId, holder });
        return { sourceId };
      }
      const { sourceId } = stored;
      await withRemote(ctx, settings, (remote) =>
        remote.transaction((transaction) =>
          transaction.query(statements.ADOPT_SOURCE, [sourceId, holder, machine]),
        ),
      );
      setHolder(sidecar, { sourceId, holder });
      return { sourceId };
    }),
  );
  if (done === undefined) throw nothingSynced();
  if (done === null) {
    throw new UserError("sync_source", "another mm is syncing this database", "wait for it to end");
  }
  return done.value;
}

function nothingSynced(): UserError {
  return new UserError(
    "sync_source",
    "this home has not been pushed yet",
    "`mm sync push` does that",
  );
}
