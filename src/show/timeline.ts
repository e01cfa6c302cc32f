import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { otherModel } from "../digest/model.ts";
import { formatElapsed } from "../text/duration.ts";
import { eventWord } from "../text/event-words.ts";
import { counted, escapeControls, firstChars, toJson } from "../text/text.ts";
import { oneLine, type Sheet, withPaths } from "./sheet.ts";
import type { ShownSession } from "./show.ts";
import type { TimelineEvent } from "./sql.ts";

const TIME_CELLS = 8;
const MIN_TYPE_CELLS = 9;
const MAX_TYPE_CELLS = 20;
/** The longest line without a terminal. */
const PIPED_CHARS = 500;

/** Metadata that says more than the event's line. */
const DETAILS = ["input", "output"] as const;

/** How an event's type is painted: prompts and failures stand out, and the many tool calls don't. */
export function eventStyle(style: Style, type: string): (text: string) => string {
  if (type === "error") return style.red;
  if (type === "prompt") return (text) => style.bold(style.cyan(text));
  return type === "session_resume" || type === "compact" ? style.yellow : style.dim;
}

/** Formats the events of one session as lines. */
export class Timeline {
  readonly #sheet: Sheet;
  readonly #shown: ShownSession;
  readonly #typeCells: number;

  constructor(sheet: Sheet, shown: ShownSession) {
    this.#sheet = sheet;
    this.#shown = shown;
    const widths = shown.counts.map(({ type }) =>
      Bun.stringWidth(escapeControls(firstChars(eventWord(type), 40))),
    );
    this.#typeCells = Math.min(MAX_TYPE_CELLS, Math.max(MIN_TYPE_CELLS, ...widths.slice(0, 50)));
  }

  heading(): string {
    const { style } = this.#sheet;
    return this.#shown.eventCount === 0
      ? style.dim("No events for this session.\n")
      : `${style.bold("Timeline")} ${style.dim(`${counted(this.#shown.eventCount, "event")}, from the start`)}\n`;
  }

  /** One line or, with `full`, everything in the event. */
  event(event: TimelineEvent): string {
    const line = this.#line(event);
    return this.#sheet.full ? `${line}${this.#rest(event)}` : line;
  }

  omitted(count: number): string {
    return this.#sheet.style.dim(
      `${" ".repeat(TIME_CELLS)}  … ${count} more events (--full shows them) …\n`,
    );
  }

  /** The last line of an ended session's timeline, if anything is above it. */
  end(): string {
    const { session, details, eventCount } = this.#shown;
    if (session.endedAt === null || eventCount === 0) return "";
    const text =
      details.endReason === null ? "" : oneLine(this.#sheet, details.endReason, this.#indent);
    const { startedAt, endedAt } = details;
    const isBefore = startedAt !== null && endedAt !== null && endedAt < startedAt;
    return this.#row(isBefore ? null : endedAt, this.#sheet.style.dim, "(end)", text);
  }

  get #indent(): number {
    return TIME_CELLS + 2 + this.#typeCells + 2;
  }

  #row(at: number | null, mark: (text: string) => string, type: string, text: string): string {
    const { startedAt } = this.#shown.details;
    const time = at === null || startedAt === null ? "?" : formatElapsed(at - startedAt);
    const cell = fit(escapeControls(type), this.#typeCells);
    const padding = " ".repeat(Math.max(0, this.#typeCells - Bun.stringWidth(cell)));
    const row = `${this.#sheet.style.dim(time.padStart(TIME_CELLS))}  ${mark(cell)}${padding}  ${text}`;
    return `${row.trimEnd()}\n`;
  }

  #line(event: TimelineEvent): string {
    const { style, full, columns } = this.#sheet;
    const isError = event.type === "error";
    const cause = event.error === null ? "" : ` — ${event.error}`;
    const before = event.endReason === null ? "" : `, had ended: ${event.endReason}`;
    const model = otherModel(event.model, this.#shown.details.model);
    const by = model === null ? "" : `(${model}) `;
    const content = full
      ? (event.content.trim().split("\n", 1)[0] ?? "")
      : withPaths(this.#sheet, event.content, this.#shown);
    const folded = oneLine(this.#sheet, `${by}${content}${before}${cause}`, this.#indent);
    const text = full || columns !== null ? folded : this.#cutPiped(folded);
    return this.#row(
      event.at,
      eventStyle(style, event.type),
      eventWord(event.type),
      isError ? style.red(text) : text,
    );
  }

  #cutPiped(text: string): string {
    const kept = firstChars(text, PIPED_CHARS);
    return kept === text ? text : `${kept}…`;
  }

  /** The other lines of the content, and a tool's input and output. */
  #rest(event: TimelineEvent): string {
    const lines = event.content.trim().split("\n").slice(1);
    const details = DETAILS.flatMap((name) => {
      const value = event.metadata[name];
      if (value === undefined || value === null) return [];
      const text = typeof value === "string" ? value : toJson(value);
      return [`${name}:`, ...text.split("\n").map((line) => `  ${line}`)];
    });
    const indent = " ".repeat(this.#indent);
    return [...lines, ...details]
      .map((line) =>
        `${indent}${escapeControls(line.replace(/\r$/u, "").replaceAll("\t", "    "))}`.trimEnd(),
      )
      .map((line) => `${line}\n`)
      .join("");
  }
}
