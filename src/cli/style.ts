import type { Context } from "../context.ts";

/** Marks in text for people; each gives the text back as it was where colours aren't wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Colours on a terminal that wants them (https://no-color.org), else none. Text must have been made safe before. */
export function styleFor(ctx: Pick<Context, "env" | "terminal">): Style {
  const isColoured =
    !ctx.env["NO_COLOR"] && ctx.env["TERM"] !== "dumb" && ctx.terminal.stdoutIsTty();
  const mark =
    ([on, off]: readonly [number, number]) =>
    (text: string) =>
      isColoured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  return {
    bold: mark(CODES.bold),
    dim: mark(CODES.dim),
    red: mark(CODES.red),
    green: mark(CODES.green),
    yellow: mark(CODES.yellow),
    cyan: mark(CODES.cyan),
  };
}
