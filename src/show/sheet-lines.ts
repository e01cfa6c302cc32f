import { styleFor } from "../cli/style.ts";
import type { Context } from "../context.ts";
import { withStores } from "../machines/stores.ts";
import { showTogether } from "./machines/show.ts";
import { type Events, type ShownSession, showSession } from "./show.ts";
import { showText } from "./text.ts";

type Use = (shown: ShownSession, events: Events) => Promise<void>;

async function linesOf(
  ctx: Pick<Context, "env" | "terminal">,
  show: (use: Use) => Promise<void>,
): Promise<string[]> {
  const { env, terminal } = ctx;
  const sheet = { style: styleFor(ctx), columns: terminal.columns(), full: false, home: env.HOME };
  let text = "";
  await show(async (shown, events) => {
    text = [...showText(sheet, shown, events)].join("");
  });
  return text.trimEnd().split("\n");
}

/** What `session show` tells of a session, as lines for a terminal. */
export async function sheetLines(
  ctx: Pick<Context, "agentProcesses" | "env" | "now" | "store" | "terminal" | "warnings">,
  id: string,
): Promise<string[]> {
  return await linesOf(ctx, (use) => showSession(ctx, id, use));
}

/** The same of a session on one of these machines. @param typed their names; undefined for this one */
export async function sheetLinesOn(
  ctx: Context,
  typed: string | undefined,
  id: string,
): Promise<string[]> {
  return await linesOf(ctx, (use) =>
    withStores(ctx, typed, (stores) => showTogether(stores, id, use)),
  );
}
