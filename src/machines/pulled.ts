import type { Context } from "../context.ts";
import { replicaPath } from "../sync/replica/file.ts";

/** Whether sessions of other machines may be here. */
export async function wasPulled(ctx: Pick<Context, "store">): Promise<boolean> {
  return Bun.file(replicaPath((await ctx.store()).home)).size > 0;
}
