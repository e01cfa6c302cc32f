import type { Context } from "../../context.ts";
import { findCandidates } from "../push/candidates.ts";
import { rulesOf } from "../push/rules.ts";
import type { SyncSettings } from "../settings.ts";
import { pushOwner } from "../source/home.ts";
import { countAside, countSent, listAside, type RefusedRow } from "../source/sent.ts";
import { withSidecar } from "../source/sidecar.ts";
import {
  findIdentity,
  findProblem,
  type Problem,
  type SyncProgress,
  syncProgress,
} from "../source/sql.ts";

/** More of them help nobody. */
const MOST_REFUSED = 20;

/** What this machine knows. */
export interface Here {
  /** Null before the first push. */
  readonly sourceId: string | null;
  /** Stands for this home on this machine. */
  readonly holder: string;
  /** Whether the home was moved or copied since. */
  readonly isForeign: boolean;
  readonly progress: SyncProgress | null;
  /** Sessions that were sent. */
  readonly sent: number;
  /** Sessions to be looked at by the next push. */
  readonly waiting: number;
  /** Why the last push failed; null if it didn't. */
  readonly problem: Problem | null;
  readonly refused: readonly RefusedRow[];
  readonly refusedCount: number;
}

const NOTHING: Omit<Here, "holder"> = {
  sourceId: null,
  isForeign: false,
  progress: null,
  sent: 0,
  waiting: 0,
  problem: null,
  refused: [],
  refusedCount: 0,
};

/** Reads what this machine knows, without a connection. */
export async function readHere(
  ctx: Pick<Context, "machine" | "now" | "store">,
  settings: SyncSettings,
): Promise<Here> {
  const store = await ctx.store();
  const { holder } = await pushOwner(ctx, settings, store.home);
  const here = await withSidecar(store, (sidecar): Here => {
    const { url } = settings;
    const identity = findIdentity(sidecar);
    const progress = syncProgress(sidecar, url);
    const nowMs = ctx.now().getTime();
    const rules = rulesOf(settings);
    return {
      holder,
      sourceId: identity?.sourceId ?? null,
      isForeign: identity !== null && identity.holder !== holder,
      progress,
      sent: countSent(sidecar, url),
      waiting: findCandidates(sidecar, url, { progress, rules, nowMs, isFull: false }).rowids
        .length,
      problem: findProblem(sidecar, url),
      refused: listAside(sidecar, url, MOST_REFUSED),
      refusedCount: countAside(sidecar, url),
    };
  });
  return here ?? { ...NOTHING, holder };
}
