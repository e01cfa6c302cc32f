import type { Moved } from "./move.ts";

export function moveJson({ sessions, from, to }: Moved, dryRun: boolean) {
  return { dry_run: dryRun, sessions, from, to };
}
