import type { Effort } from "./options.ts";
import type { Scene } from "./scene.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** The first call after another program finds cold processor caches. */
const WARMUP = 1;

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/**
 * Times the rows of all scenes in many short rounds. A round visits every scene, every row and the empty
 * program, so that a temporary slowdown of the machine affects all of them.
 */
export function measureRounds(
  scenes: readonly Scene[],
  stopwatch: Stopwatch,
  effort: Effort,
): void {
  const { rounds, runsPerRound, maxSeconds } = effort;
  const timed = scenes.filter((scene) => scene.rows.length > 0);
  const end = performance.now() + maxSeconds * 1000;
  for (let round = 1; round <= rounds && performance.now() < end; round++) {
    progress(`round ${round} of ${rounds}`);
    for (const scene of timed) scene.round(stopwatch, WARMUP, runsPerRound);
  }
  progress("");
}
