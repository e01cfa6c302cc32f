import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { styleFor } from "./style.ts";

const REFRESH_MS = 2000;
const HINT = "q quits";
/** On a terminal with fewer lines the hint is left out. */
const MIN_ROWS_FOR_HINT = 8;

/** Renders what fits into this many lines. */
type Render = (rows: number) => Promise<string>;

function cut(lines: readonly string[], rows: number): readonly string[] {
  if (lines.length <= rows) return lines;
  const kept = lines.slice(0, Math.max(0, rows - 1));
  return [...kept, `… and ${lines.length - kept.length} more`];
}

async function picture(
  ctx: Pick<Context, "env" | "terminal">,
  rows: number,
  render: Render,
): Promise<string> {
  const hints = rows < MIN_ROWS_FOR_HINT ? [] : [styleFor(ctx).dim(HINT)];
  const room = rows - hints.length;
  const text = (await render(room)).trimEnd();
  const lines = text === "" ? [] : text.split("\n");
  return `${[...cut(lines, room), ...hints].join("\n")}\n`;
}

/**
 * Redraws a text every two seconds until the user quits or a signal ends it.
 * @returns the exit code
 * @throws UserError `usage` if stdout isn't a terminal, or is one that can't be redrawn
 */
export async function watch(
  ctx: Pick<Context, "env" | "screen" | "terminal">,
  render: Render,
): Promise<number> {
  if (!ctx.terminal.stdoutIsTty() || ctx.env["TERM"] === "dumb") {
    const what = ctx.terminal.stdoutIsTty() ? "a terminal that can be redrawn" : "a terminal";
    throw new UserError("usage", `--watch needs ${what}`, "leave it out to print once");
  }
  const screen = await ctx.screen();
  try {
    for (;;) {
      screen.show(await picture(ctx, screen.rows(), render));
      const ended = await screen.wait(REFRESH_MS);
      if (ended !== null) return ended;
    }
  } finally {
    screen.close();
  }
}
