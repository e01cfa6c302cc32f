/** So many choices are weighed. Of longer lists, what has no partner stands at the beginning. */
const MOST_CHOICES = 1_000_000;

/**
 * Finds partners for all times of the shorter list, both in ascending order, so that they differ least from theirs.
 * @returns for each of the shorter list its partner's place in the longer one, in order
 */
export function partners(shorter: readonly number[], longer: readonly number[]): number[] {
  const spare = longer.length - shorter.length;
  if (spare === 0 || shorter.length * spare > MOST_CHOICES)
    return shorter.map((_, at) => at + spare);
  /** How many of the longer list are best left out before each, by how many may be. */
  const choices: Int32Array[] = [];
  let sums = new Float64Array(spare + 1);
  for (const [at, time] of shorter.entries()) {
    const left = new Int32Array(spare + 1);
    const next = new Float64Array(spare + 1);
    for (let most = 0, best = 0; most <= spare; most++) {
      if ((sums[most] ?? 0) < (sums[best] ?? 0)) best = most;
      left[most] = best;
      next[most] = (sums[best] ?? 0) + Math.abs(time - (longer[at + most] ?? time));
    }
    choices.push(left);
    sums = next;
  }
  // There may be too many for the arguments of one call.
  let left = sums.indexOf(sums.reduce((least, sum) => Math.min(least, sum)));
  const places: number[] = [];
  for (let at = shorter.length - 1; at >= 0; at--) {
    places.unshift(at + left);
    left = choices[at]?.[left] ?? 0;
  }
  return places;
}
