import { AGENTS } from "../agents/agents.ts";
import { command } from "../cli/command.ts";
import { fold } from "../cli/fit.ts";
import { table, terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { type LostEvents, lostEvents } from "../files/append.ts";
import { formatAge } from "../text/duration.ts";
import { escapeControls } from "../text/text.ts";
import { toTimestamp } from "../text/time.ts";
import { type HookStatus, hooksStatus } from "./status.ts";
import { parseClients } from "./targets.ts";

function lastEventAt({ activity }: HookStatus): string | null {
  return activity === null ? null : toTimestamp(new Date(activity.lastEventAt));
}

function milliseconds(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : `${value.toFixed(1)} ms`;
}

function toJsonRow(row: HookStatus) {
  return {
    client: row.client,
    support: row.support,
    scope: row.scope,
    file: row.file,
    state: row.state,
    events: row.events,
    missing: row.missing,
    programs: row.programs.map(({ path, exists, isThis }) => ({ path, exists, is_this: isThis })),
    problems: row.problems,
    duplicates: row.duplicates,
    last_event_at: lastEventAt(row),
    p50_ms: row.activity?.p50Ms ?? null,
    p95_ms: row.activity?.p95Ms ?? null,
  };
}

function notesOf(row: HookStatus): string[] {
  const others = row.programs.filter(({ exists, isThis }) => exists && !isThis);
  return [
    ...row.problems,
    ...(row.missing.length > 0 ? [`not installed: ${row.missing.join(", ")}`] : []),
    ...others.map(({ path }) => `calls another mm: ${path}`),
    ...row.duplicates.map((other) => `also reported by ${other}`),
  ].map((note) => `${row.client}: ${escapeControls(note)}`);
}

/** What the table says; the agent's file is told below it, where it has room. */
function stateOf({ state, file, scope }: HookStatus): string {
  const isOffered = file !== null || scope === "plugin";
  return isOffered ? state.replace("_", " ") : "not offered";
}

function cellsOf(row: HookStatus, now: Date): string[] {
  const { client, support, events, activity } = row;
  return [
    AGENTS[client].name,
    support,
    stateOf(row),
    events.length === 0 ? "" : String(events.length),
    activity === null ? "" : `${formatAge(now.getTime() - activity.lastEventAt, "d")} ago`,
    milliseconds(activity?.p50Ms),
    milliseconds(activity?.p95Ms),
  ];
}

function filesOf(rows: readonly HookStatus[]): string[] {
  const told = rows.filter(({ events, state }) => events.length > 0 || state === "broken");
  return told.map(
    ({ client, scope, file }) =>
      `${client}: ${scope}${file === null ? "" : `, ${escapeControls(file)}`}`,
  );
}

/** The command that installs for those agents that are there and supported but don't report yet. */
function nextStep(rows: readonly HookStatus[]): string[] {
  const clients = rows
    .filter(({ state, file, support }) => {
      return state === "not_installed" && file !== null && support === "supported";
    })
    .map(({ client }) => client);
  return clients.length === 0 ? [] : [`Next: mm hooks install ${clients.join(" ")}`];
}

const HEADER = ["Agent", "Support", "State", "Events", "Last", "p50", "p95"];
const MOST_COLUMNS = 80;
/** On a narrow terminal: the support, then names, then times. */
const STEPS = [
  { column: 1, least: 0 },
  { column: 0, least: 12 },
  { column: 6, least: 0 },
  { column: 5, least: 0 },
];

function describe(ctx: Context, rows: readonly HookStatus[]): string {
  const cells = rows.map((row) => cellsOf(row, ctx.now()));
  const columns = terminalColumns(ctx);
  const width = Math.min(columns ?? MOST_COLUMNS, MOST_COLUMNS) - 2;
  const notes = rows.flatMap(notesOf).map((note) => fold(note, width).join("\n  "));
  const below = [...filesOf(rows), ...notes, ...nextStep(rows)];
  const gap = below.length > 0 ? "\n" : "";
  const shown = table(HEADER, cells, { columns, steps: STEPS });
  return [shown, gap, ...below.map((line) => `${line}\n`)].join("");
}

function describeLost(lost: LostEvents | null): string {
  if (lost === null) return "";
  const { count, since } = lost;
  return `${count} ${count === 1 ? "event" : "events"} lost since ${escapeControls(since)}; logs/hook.log says why\n`;
}

export default command({
  meta: { name: "status", description: "Show which agents report to mm, and whether it works" },
  args: {
    client: {
      type: "positional",
      rest: true,
      required: false,
      completes: "client",
      valueHint: "CLIENT…",
      description: "Agents to show; all by default",
    },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm hooks status",
  details: [
    "The exit code is 1 when hooks that are installed can't work; a step that is left to you, or an agent that isn't there, is no failure. p50 and p95 are how long the hooks of mm took, half and nineteen in twenty of them at most.",
  ],
  async run(ctx, args) {
    const rows = await hooksStatus(ctx, parseClients(args._));
    const lost = lostEvents((await ctx.store()).home);
    return {
      data: { clients: rows.map(toJsonRow), lost_events: lost },
      text: () => describe(ctx, rows) + describeLost(lost),
      exitCode: rows.some(({ state }) => state === "broken") ? 1 : 0,
    };
  },
});
