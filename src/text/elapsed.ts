/** A length of time as a clock shows it: `0:07`, `12:30`, `1:02:03`; with a minus sign below zero. */
export function formatElapsed(ms: number): string {
  const total = Math.floor(Math.abs(ms) / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const clock = hours > 0 ? `${hours}:${two(minutes)}` : String(minutes);
  return `${ms <= -1000 ? "-" : ""}${clock}:${two(total % 60)}`;
}

/** A length of time in its two largest units: `42s`, `5m 10s`, `3h 2m`, `2d 4h`; nothing below zero. */
export function formatLength(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor((seconds % 86_400) / 3600), "h"],
    [Math.floor((seconds % 3600) / 60), "m"],
    [seconds % 60, "s"],
  ] as const;
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return "0s";
  const shown = parts.slice(first, first + 2).filter(([value]) => value > 0);
  return shown.map(([value, unit]) => `${value}${unit}`).join(" ");
}
