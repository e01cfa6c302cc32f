import { arg } from "../cli/command.ts";
import type { Context } from "../context.ts";
import type { Work } from "./model.ts";

/** The option of commands that can read other machines' sessions. */
export const machineOption = arg({
  type: "string",
  completes: "machine",
  description: "These machines instead of this one: names separated by commas, or `all`",
  valueHint: "NAMES",
});

/**
 * Runs `work` with where to read. Without a machine's name that is this machine's store, and nothing more is loaded.
 * @param typed names of machines between commas, or `all`
 * @param mayRepeat whether it may be run again without the other machines, if these can't be read after all
 * @throws UserError `sync_source` for a name that no machine has, `usage` for none
 */
export async function withStores<T>(
  ctx: Context,
  typed: string | undefined,
  work: Work<T>,
  mayRepeat: () => boolean = () => true,
): Promise<T> {
  if (typed === undefined) return await work([{ ctx, machines: null }]);
  const { readMachines } = await import("./read.ts");
  return await readMachines(ctx, typed, work, mayRepeat);
}
