import { command } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { titleOf } from "../store/rows.ts";
import { parseTemplate } from "../text/template.ts";
import { toTimestamp } from "../text/time.ts";
import { type LiveSession, liveSessions } from "./live.ts";
import { LIVE_FIELDS, liveField } from "./table.ts";

function toJsonRow(session: LiveSession) {
  const { lastAt, ageMs } = session;
  return {
    id: session.id,
    agent_id: session.agentId,
    state: session.state,
    last_event: session.lastType,
    last_event_at: lastAt === null ? null : toTimestamp(new Date(lastAt)),
    age_seconds: ageMs === null ? null : Math.floor(ageMs / 1000),
    started_at: session.startedAt,
    project: session.projectName,
    branch: session.branch,
    cwd: session.cwd,
    client: session.client,
    model: session.model,
    title: titleOf(session),
    others_in_tree: session.others,
  };
}

/** How the sessions become text, of at most so many lines where they are a table; the template is read once. */
async function textOf(
  ctx: Context,
  template: string | undefined,
): Promise<(sessions: readonly LiveSession[], rows?: number) => string> {
  if (template === undefined) {
    const { liveTable } = await import("./table.ts");
    return (sessions, rows) => liveTable(ctx, sessions, rows);
  }
  const fill = parseTemplate(template, LIVE_FIELDS);
  return (sessions) =>
    sessions.map((session) => `${fill((field) => liveField(session, field))}\n`).join("");
}

export default command({
  meta: { name: "ps", description: "Show the sessions that are live, of all agents" },
  args: {
    format: {
      type: "string",
      description: "A line of this form for each session",
      valueHint: "TEMPLATE",
    },
    watch: {
      type: "boolean",
      alias: "w",
      description: "Stay, and show what changes; q, Esc or Ctrl-C ends it",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm ps --format '{agent} {state} {age}'",
  details: [
    "busy: at work. waiting: its turn is over, or it asks for something. idle: silent for 10 minutes. stale: silent for longer than `stale` in mm.json, 24 hours by default; perhaps it was killed.",
    `A template names fields: ${LIVE_FIELDS.map((field) => `{${field}}`).join(" ")}. {{ and }} stand for braces. Where no session is live it prints nothing.`,
  ],
  async run(ctx, args) {
    const render = await textOf(ctx, args.format);
    if (args.watch === true) {
      if (args.json === true) throw new UserError("usage", "--watch and --json exclude each other");
      const { watch } = await import("../cli/watch.ts");
      return { ran: await watch(ctx, async (rows) => render(await liveSessions(ctx), rows)) };
    }
    const sessions = await liveSessions(ctx);
    return {
      data: { sessions: sessions.map(toJsonRow), count: sessions.length },
      text: () => render(sessions),
    };
  },
});
