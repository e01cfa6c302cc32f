import { command } from "../../cli/command.ts";
import { options } from "../../cli/options.ts";
import { styleFor } from "../../cli/style.ts";
import { terminalColumns } from "../../cli/table.ts";
import type { Context } from "../../context.ts";
import type { Asked } from "../../hints/hints.ts";
import { machineOption, withStores } from "../../machines/stores.ts";
import { listJson } from "../json.ts";
import { listTogether } from "../machines/list.ts";
import { toListFilter } from "./request.ts";
import { listText } from "./text.ts";

/** Loaded only where there is nothing to list. */
async function whyNone(ctx: Context, asked: Asked): Promise<string> {
  const { nothingFound } = await import("../../hints/hints.ts");
  return await nothingFound(ctx, asked);
}

export default command({
  meta: { name: "list", description: "List sessions, most recently active first" },
  args: {
    agent: options.agent,
    active: { type: "boolean", description: "Only active sessions" },
    project: options.project,
    machine: machineOption,
    since: options.since("Only those started"),
    until: options.until("Only those started"),
    limit: {
      type: "string",
      alias: "l",
      description: "At most this many sessions; by default 20 or, on a terminal, as many as fit",
      valueHint: "N",
    },
    json: options.json,
  },
  example: "mm session list --active --since 7d",
  details: [
    "On a terminal, ids are shortened to a prefix that other commands accept, and titles and projects are cut. In a pipe, nothing is cut. With --json, the sessions that started most recently come first.",
  ],
  async run(ctx, args) {
    const extras = {
      shortIds: ctx.terminal.stdoutIsTty(),
      resumeCommands: args.json,
      usage: args.json,
      total: !args.json,
    };
    const { listing, filter } = await withStores(ctx, args.machine, (stores) =>
      listTogether(stores, (from) => toListFilter(from, args), extras),
    );
    const isTold = listing.sessions.length === 0 && !args.json && args.machine === undefined;
    const none = isTold ? await whyNone(ctx, args) : "";
    const page = {
      now: ctx.now(),
      style: styleFor(ctx),
      columns: terminalColumns(ctx),
      filter,
      none,
    };
    return {
      data: listJson(listing.sessions),
      text: () => listText(listing, page),
      isPaged: true,
    };
  },
});
