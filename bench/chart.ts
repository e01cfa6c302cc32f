import type { PeerReport } from "./beside/peers.ts";

const LINE = 26;
const LEFT = 190;
const WIDTH = 420;
const RIGHT = 60;
const TOP = 30;

function asXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

/** A step of 1, 2 or 5 times a power of ten of which at most six fit. */
function stepFor(most: number): number {
  const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500];
  return steps.find((step) => most / step <= 6) ?? 1000;
}

/** Bars of what each call takes, longer by what a slow fsync adds on average. */
export function chart({ results }: PeerReport): string {
  const bars = results.map(({ name, ms, addedOnAverageMs }) => ({
    name,
    ms,
    all: ms + Math.max(0, addedOnAverageMs),
  }));
  const most = Math.max(...bars.map(({ all }) => all));
  const step = stepFor(most);
  const scale = WIDTH / (Math.ceil(most / step) * step);
  const height = TOP + bars.length * LINE + 30;
  const ticks = Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
  const bottom = TOP + bars.length * LINE;
  const grid = ticks.map((ms) => {
    const x = LEFT + ms * scale;
    return `<path d="M${x} ${TOP - 6}V${bottom}" class="g"/><text x="${x}" y="${bottom + 16}" text-anchor="middle">${ms}</text>`;
  });
  const lines = bars.map(({ name, ms, all }, index) => {
    const y = TOP + index * LINE;
    const kind = name.startsWith("mm") ? "m" : "o";
    return [
      `<text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${asXml(name)}</text>`,
      `<rect x="${LEFT}" y="${y}" width="${(all * scale).toFixed(1)}" height="18" class="${kind} s"/>`,
      `<rect x="${LEFT}" y="${y}" width="${(ms * scale).toFixed(1)}" height="18" class="${kind}"/>`,
      `<text x="${(LEFT + all * scale + 6).toFixed(1)}" y="${y + 13}">${ms.toFixed(1)}${all - ms >= 0.05 ? ` + ${(all - ms).toFixed(1)}` : ""}</text>`,
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + WIDTH + RIGHT} ${height}" role="img" aria-label="Milliseconds of a hook call">`,
    "<style>text{font:12px system-ui,sans-serif;fill:#57606a}.m{fill:#2f6feb}.o{fill:#8c959f}.s{opacity:.35}.g{stroke:#8c959f;stroke-opacity:.25}@media(prefers-color-scheme:dark){text{fill:#9198a1}}</style>",
    `<text x="${LEFT}" y="14">ms a call; the light part: added on average where an fsync takes 2 ms longer</text>`,
    ...grid,
    ...lines,
    "</svg>\n",
  ].join("\n");
}
