/** Returns a counter: call it with the work done, and it does something after every `amount` of it. */
export function every(amount: number, work: () => void): (done?: number) => void {
  let gathered = 0;
  return (done = 1) => {
    gathered += done;
    if (gathered < amount) return;
    gathered = 0;
    work();
  };
}

/**
 * A counter that runs the garbage collector. On a busy machine the engine's own collector falls behind, and a long run
 * would take far more memory than it needs.
 */
export function collectEvery(amount: number): (done?: number) => void {
  return every(amount, () => void Bun.gc(true));
}
