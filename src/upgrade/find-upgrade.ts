import type { Context } from "../context.ts";
import { realPath } from "../install/program.ts";
import { type Upgrade, upgradeOf } from "./distribution.ts";

/** How this copy of `mm` is upgraded, and where it lies when all links are followed. */
export function findUpgrade(ctx: Pick<Context, "executable">): Upgrade & { executable: string } {
  const executable = realPath(ctx.executable);
  return { executable, ...upgradeOf(executable) };
}
