import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";

const REFRESH_MS = 2000;

/**
 * Shows a text in place of the last one every two seconds, until the person or a signal ends it.
 * @returns the exit code
 * @throws UserError `usage` where stdout is no terminal
 */
export async function watch(
  ctx: Pick<Context, "screen" | "terminal">,
  render: () => Promise<string>,
): Promise<number> {
  if (!ctx.terminal.stdoutIsTty()) {
    throw new UserError("usage", "--watch needs a terminal", "leave it out to print once");
  }
  const screen = await ctx.screen();
  try {
    for (;;) {
      screen.show(await render());
      const ended = await screen.wait(REFRESH_MS);
      if (ended !== null) return ended;
    }
  } finally {
    screen.close();
  }
}
