import { formatAge } from "../../text/duration.ts";

/** Clocks that are further apart than this make times misleading, so people are told. */
const CLOCK_LIMIT_MS = 120_000;

/**
 * Tells how this machine's clock differs, or null if that does no harm.
 * @param offsetMs the server's clock less this machine's; null if nobody knows
 */
export function clockProblem(offsetMs: number | null): string | null {
  if (offsetMs === null || Math.abs(offsetMs) <= CLOCK_LIMIT_MS) return null;
  const how = offsetMs > 0 ? "behind" : "ahead of";
  return `this machine's clock is ${formatAge(Math.abs(offsetMs))} ${how} the sync server's`;
}
