/** A picture of a session's timeline: what kinds of events happened when, and how many. */

const COLUMNS = 120;
const CELL = 8;
const LANE = 18;
const LABEL = 84;
const FOOT = 16;
const DAY_MS = 24 * 3600 * 1000;
const WIDTH = LABEL + COLUMNS * CELL;

const LANES = ["prompts", "tools", "errors", "subagents", "other"] as const;

type Lane = (typeof LANES)[number];

const LANE_OF: Readonly<Record<string, Lane>> = {
  prompt: "prompts",
  tool_call: "tools",
  error: "errors",
  subagent_start: "subagents",
  subagent_stop: "subagents",
};

/** Counts any number of events in the cells of a picture. Times are milliseconds since 1970. */
export class Picture {
  readonly #from: number;
  readonly #span: number;
  /** The number of events in each column, for lanes that have any. */
  readonly #counts = new Map<Lane, number[]>();
  #most = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#span = Math.max(1, to - from);
  }

  add(type: string, at: number): void {
    const lane = Object.hasOwn(LANE_OF, type) ? (LANE_OF[type] as Lane) : "other";
    // Clocks differ, so events may fall outside; they are drawn at the edge.
    const cell = Math.floor(((at - this.#from) / this.#span) * COLUMNS);
    const column = Math.min(COLUMNS - 1, Math.max(0, cell));
    const counts = this.#counts.get(lane) ?? new Array<number>(COLUMNS).fill(0);
    const count = (counts[column] ?? 0) + 1;
    counts[column] = count;
    this.#counts.set(lane, counts);
    this.#most = Math.max(this.#most, count);
  }

  /** Renders SVG, or an empty string without events. It contains none of the events' text. */
  render(): string {
    if (this.#most === 0) return "";
    const lanes = LANES.filter((lane) => this.#counts.has(lane));
    const height = lanes.length * LANE + FOOT;
    const parts = lanes.map((lane, row) => this.#lane(lane, row * LANE));
    return `<figure><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Timeline">${parts.join("")}${this.#axis(height)}</svg></figure>\n`;
  }

  #lane(lane: Lane, top: number): string {
    const cells: string[] = [];
    for (const [column, count] of (this.#counts.get(lane) ?? []).entries()) {
      if (count === 0) continue;
      // A single event among thousands must stay visible.
      const opacity = (0.35 + 0.65 * Math.sqrt(count / this.#most)).toFixed(2);
      const time = this.#time((column / COLUMNS) * this.#span).slice(11, 19);
      const title = `<title>${time} UTC: ${count} ${lane}</title>`;
      const x = LABEL + column * CELL;
      cells.push(
        `<rect class="${lane}" x="${x}" y="${top + 2}" width="${CELL - 1}" height="${LANE - 4}" opacity="${opacity}">${title}</rect>`,
      );
    }
    return `<text x="0" y="${top + LANE - 5}">${lane}</text>${cells.join("")}`;
  }

  #axis(height: number): string {
    // For a session of several days, times of day say too little.
    const [from, to] = this.#span > DAY_MS ? [0, 16] : [11, 16];
    const label = (share: number, anchor: string) =>
      `<text x="${LABEL + share * COLUMNS * CELL}" y="${height - 3}" text-anchor="${anchor}">${this.#time(
        share * this.#span,
      )
        .slice(from, to)
        .replace("T", " ")}</text>`;
    const line = `<line x1="${LABEL}" x2="${WIDTH}" y1="${height - FOOT}" y2="${height - FOOT}"/>`;
    return line + label(0, "start") + label(0.5, "middle") + label(1, "end");
  }

  #time(offset: number): string {
    return new Date(this.#from + offset).toISOString();
  }
}
