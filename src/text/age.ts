const UNITS = [
  ["w", 7 * 24 * 3600],
  ["d", 24 * 3600],
  ["h", 3600],
  ["m", 60],
] as const;

/** How long something took or is ago, in its largest whole unit: `42s`, `5m`, `3h`, `2d`, `6w`; nothing below zero. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  // Weeks begin at two, since "8d" says more than "1w".
  const unit = UNITS.find(([name, size]) => seconds >= (name === "w" ? 2 * size : size));
  return unit === undefined ? `${seconds}s` : `${Math.floor(seconds / unit[1])}${unit[0]}`;
}
