import { counted } from "../../text/text.ts";

/** A picture of a session's timeline: what kinds of events happened when, and how many. */

const COLUMNS = 120;
const HEIGHT = 20;
const DAY_MS = 24 * 3600 * 1000;

const LANES = ["prompts", "answers", "tools", "errors", "subagents", "other"] as const;

type Lane = (typeof LANES)[number];

/** What one event of a lane is called. */
const ONE: Readonly<Record<Lane, string>> = {
  prompts: "prompt",
  answers: "answer",
  tools: "tool call",
  errors: "error",
  subagents: "subagent event",
  other: "other event",
};

const LANE_OF: Readonly<Record<string, Lane>> = {
  prompt: "prompts",
  assistant: "answers",
  tool_call: "tools",
  error: "errors",
  subagent_start: "subagents",
  subagent_stop: "subagents",
};

/** Counts any number of events in the cells of a picture. Times are milliseconds since 1970. */
export class Picture {
  readonly #from: number;
  readonly #span: number;
  readonly #local: (ms: number) => string;
  /** The number of events in each column, for lanes that have any. */
  readonly #counts = new Map<Lane, number[]>();
  #most = 0;

  /** @param local a time as `2026-11-22 13:03:04` */
  constructor(from: number, to: number, local: (ms: number) => string) {
    this.#from = from;
    this.#span = Math.max(1, to - from);
    this.#local = local;
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

  /** Renders a figure, or an empty string without events. It contains none of the events' text. */
  render(): string {
    if (this.#most === 0) return "";
    const lanes = LANES.filter((lane) => this.#counts.has(lane)).map((lane) => this.#lane(lane));
    return `<figure>${lanes.join("")}${this.#axis()}</figure>\n`;
  }

  /** Bars that are squeezed to any width; their heights tell how many events there were. */
  #lane(lane: Lane): string {
    const bars: string[] = [];
    for (const [column, count] of (this.#counts.get(lane) ?? []).entries()) {
      if (count === 0) continue;
      // A single event among thousands must stay visible.
      const height = Math.round(HEIGHT * (0.35 + 0.65 * Math.sqrt(count / this.#most)));
      const time = this.#local(this.#from + (column / COLUMNS) * this.#span).slice(11);
      const title = `<title>${time}: ${counted(count, ONE[lane])}</title>`;
      bars.push(
        `<rect class="${lane}" x="${column + 0.1}" y="${HEIGHT - height}" width="0.8" height="${height}">${title}</rect>`,
      );
    }
    return `<b>${lane}</b><svg viewBox="0 0 ${COLUMNS} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${lane}">${bars.join("")}</svg>`;
  }

  #axis(): string {
    // For a session of several days, times of day say too little.
    const [from, to] = this.#span > DAY_MS ? [0, 16] : [11, 16];
    const label = (share: number) =>
      `<time>${this.#local(this.#from + share * this.#span).slice(from, to)}</time>`;
    return `<figcaption>${label(0)}${label(0.5)}${label(1)}</figcaption>`;
  }
}
