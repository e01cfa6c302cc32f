/**
 * Starts to count this process's processor time, of which no more passes where the machine is busy.
 * @returns what tells the milliseconds since
 */
export function cpuClock(): () => number {
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
}

const ATTEMPTS = 5;

/**
 * Measures until it comes out below the limit, a few times at most, since other programs may get in between.
 * What is measured must be a difference from something that the same machine does at the same time.
 * @returns the least that was measured
 */
export async function least(limit: number, measure: () => Promise<number>): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && found >= limit; attempt++) {
    found = Math.min(found, await measure());
  }
  return found;
}
