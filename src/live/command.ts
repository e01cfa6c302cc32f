import { agentIdsOf } from "../agents/ids.ts";
import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { nothingFound } from "../hints/hints.ts";
import { machineOption, withStores } from "../machines/stores.ts";
import { findProject } from "../projects/filter.ts";
import { liveJson } from "./json.ts";
import { liveTogether } from "./live.ts";
import { LIVE_FIELDS, liveLines, liveText } from "./text.ts";

export default command({
  meta: { name: "ps", description: "Show the sessions that are live, of all agents" },
  args: {
    agent: options.agent,
    project: options.project,
    machine: machineOption,
    format: {
      type: "string",
      description: "A line of this form for each session",
      valueHint: "TEMPLATE",
    },
    watch: {
      type: "boolean",
      alias: "w",
      description: "Keep showing what changes; the keys are below",
    },
    json: options.json,
  },
  example: "mm ps --format '{agent} {state} {age}'",
  details: [
    "asks: it asks for a permission or an answer. busy: it is at work. waiting: its turn is over. idle: it was at work, and has been silent for 10 minutes. stale: silent for longer than `stale` in mm.json, 24 hours by default. gone: its agent's process ended without reporting it.",
    "What other machines do is known as of their last push. With --machine, the last line says when that was.",
    "With --watch, the arrows select a session: Enter resumes it, Tab shows it, e ends it; those of another machine can only be shown. q, Esc or Ctrl-C leaves.",
    `A template names fields: ${LIVE_FIELDS.map((field) => `{${field}}`).join(" ")}. {{ and }} stand for braces. Where no session is live it prints nothing.`,
  ],
  async run(ctx, args) {
    const toLines = liveLines(ctx, args.format);
    const agents = args.agent === undefined ? undefined : agentIdsOf(args.agent);
    const filterFor = async (from: Context) => ({
      agents,
      project: args.project === undefined ? undefined : await findProject(from, args.project),
    });
    const sessions = () =>
      withStores(ctx, args.machine, (stores) => liveTogether(stores, filterFor));
    if (args.watch) {
      if (args.json) throw new UserError("usage", "--watch and --json can't be combined");
      const { watchLive } = await import("./watch.ts");
      const watched = { list: sessions, machine: args.machine };
      return { ran: await watchLive(ctx, watched, toLines) };
    }
    const live = await sessions();
    const isPlain = args.format === undefined && args.machine === undefined;
    const isTold = live.length === 0 && !args.json && isPlain;
    const none = isTold ? await nothingFound(ctx, { ...args, active: true }) : "";
    const text = () => `${liveText(toLines(live, terminalColumns(ctx)))}${none}`;
    return { data: liveJson(live), text, isPaged: true };
  },
});
