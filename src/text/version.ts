/** The numbers of a version: `3.50.7` becomes [3, 50, 7]. */
export function versionNumbers(version: string): number[] {
  return version.split(".").map(Number);
}

/** Whether `version` is `wanted` or later. Missing numbers count as 0. */
export function isAtLeast(version: readonly number[], wanted: readonly number[]): boolean {
  const differing = wanted.findIndex((part, index) => (version[index] ?? 0) !== part);
  return differing < 0 || (version[differing] ?? 0) > (wanted[differing] ?? 0);
}
