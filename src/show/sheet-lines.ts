import { styleFor } from "../cli/style.ts";
import type { Context } from "../context.ts";
import { showSession } from "./show.ts";
import { showText } from "./text.ts";

/** What `session show` tells of a session, as lines for a terminal. */
export async function sheetLines(
  ctx: Pick<Context, "agentProcesses" | "env" | "now" | "store" | "terminal" | "warnings">,
  id: string,
): Promise<string[]> {
  const { env, terminal } = ctx;
  const sheet = { style: styleFor(ctx), columns: terminal.columns(), full: false, home: env.HOME };
  let text = "";
  await showSession(ctx, id, async (shown, events) => {
    text = [...showText(sheet, shown, events)].join("");
  });
  return text.trimEnd().split("\n");
}
