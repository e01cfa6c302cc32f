import type { Context } from "../../src/context.ts";
import { askProgram } from "../../src/host/probe.ts";

/** What programs print by their path; one that gets an environment of its own really runs. */
export function capturing(prints: () => Readonly<Record<string, string>>): Context["capture"] {
  return async (argv, timeoutMs, options) => {
    const [program = ""] = argv;
    if (options?.isAlone === undefined) return prints()[program] ?? null;
    const { env = {}, ...rest } = options;
    const asking = { ...rest, timeoutMs, env, beforeSignalled: () => () => {} };
    return await askProgram(argv, asking).catch(() => null);
  };
}
