/** An id as short as many of them can be kept for the next pass. */
export function shortened(id: string): string {
  return Bun.hash(id).toString(36).slice(0, 9);
}
