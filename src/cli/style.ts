import type { Context } from "../context.ts";

/** Styles for text. Without colours, each returns the text unchanged. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  /** A table's header. */
  head(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  underlined: [4, 24],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

/** Colours if stdout is a terminal that allows them (https://no-color.org). Escape text before styling it. */
export function styleFor(ctx: Pick<Context, "env" | "terminal">): Style {
  const isColoured =
    !ctx.env["NO_COLOR"] && ctx.env["TERM"] !== "dumb" && ctx.terminal.stdoutIsTty();
  const mark =
    ([on, off]: readonly [number, number]) =>
    (text: string) =>
      isColoured && text !== "" ? `\x1b[${on}m${text}\x1b[${off}m` : text;
  const dim = mark(CODES.dim);
  const underlined = mark(CODES.underlined);
  return {
    bold: mark(CODES.bold),
    dim,
    head: (text) => underlined(dim(text)),
    red: mark(CODES.red),
    green: mark(CODES.green),
    yellow: mark(CODES.yellow),
    cyan: mark(CODES.cyan),
  };
}
