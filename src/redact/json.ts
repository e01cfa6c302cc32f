import type { Rescanned } from "./rescan.ts";

/** The document of `redact --rescan`, of what is replaced or would be. */
export function rescanJson({ sessions, events, rules }: Rescanned, dryRun: boolean) {
  return {
    dry_run: dryRun,
    secrets: rules.reduce((sum, { secrets }) => sum + secrets, 0),
    sessions,
    events,
    rules: rules.map(({ rule, secrets }) => ({ rule, secrets })),
  };
}
