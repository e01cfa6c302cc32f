import type { Tool } from "./tools.ts";

const IS_ROOT = process.getuid?.() === 0;

/** What stands before a command that permissions shall bind: the superuser may write everywhere. */
export const UNPRIVILEGED: readonly string[] = IS_ROOT
  ? ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
  : [];

export const UNPRIVILEGED_TOOLS: readonly Tool[] = IS_ROOT ? ["setpriv"] : [];
