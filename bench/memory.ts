import type { Row } from "./rows.ts";
import type { Scene } from "./scene.ts";

export const TIME = "/usr/bin/time";
const IS_MAC = process.platform === "darwin";

/** The peak in bytes that `time` printed, or null. */
export function peakOf(printed: string): number | null {
  const kilobytes = /Maximum resident set size \(kbytes\): (\d+)/.exec(printed)?.[1];
  if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  const bytes = /(\d+)\s+maximum resident set size/.exec(printed)?.[1];
  return bytes === undefined ? null : Number(bytes);
}

/**
 * The highest peak of resident memory of a row's calls, in MB. A process inherits the peak of its parent, so a
 * small program, `time`, starts it.
 * @returns a string with the reason if it can't be measured
 */
export function peakMemory(row: Row, scenes: readonly Scene[], runs: number): number | string {
  if (Bun.which(TIME) === null) return `not measured: no ${TIME}`;
  let highest = 0;
  for (const scene of scenes) {
    for (let run = 0; run < runs; run++) {
      const peak = peakOf(scene.call(row, [TIME, IS_MAC ? "-l" : "-v"]));
      if (peak === null) return `not measured: ${TIME} doesn't print it`;
      highest = Math.max(highest, peak);
    }
  }
  return highest / 1e6;
}
