/**
 * Each nth call of what it gives frees all that is no longer used. On a busy machine the engine's own
 * collector falls behind, and a long run would take far more memory than it needs.
 */
export function collectEvery(calls: number): () => void {
  let made = 0;
  return () => {
    if (++made % calls === 0) Bun.gc(true);
  };
}
