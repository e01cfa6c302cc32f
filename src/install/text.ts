import { AGENTS } from "../agents/agents.ts";
import { fold, foldBehind } from "../cli/fit.ts";
import { table } from "../cli/table.ts";
import { type LostEvents, lossesInWords } from "../files/troubles.ts";
import { formatAge } from "../text/duration.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { InstallResult, Refused } from "./install.ts";
import { type HookStatus, type HooksReport, problemsOf } from "./status.ts";
import type { LeftOut } from "./targets.ts";
import type { UninstallResult } from "./uninstall.ts";

const HEADS = {
  added: "Installed",
  updated: "Updated",
  unchanged: "Unchanged",
} as const;

/** Lines for stderr, beside what was done. */
export function refusals(refused: readonly Refused[]): string[] {
  return refused.map(({ agent, message }) => `${AGENTS[agent].name} is left out: ${message}`);
}

/** A line for each reason, with the events before it. */
function leftOutLines(leftOut: readonly LeftOut[]): string[] {
  return [...Map.groupBy(leftOut, ({ because }) => because)].map(
    ([because, all]) => `${all.map(({ event }) => event).join(", ")}: ${escapeControls(because)}`,
  );
}

export function installText({ installed, capture, context }: InstallResult): string {
  const lines = installed.flatMap(({ agent, status, file, events, leftOut, nextSteps }) => [
    `${HEADS[status]}: ${AGENTS[agent].name}, ${escapeControls(file)}`,
    foldBehind("  Events: ", events.join(", "), "    "),
    ...leftOutLines(leftOut).map((line) => foldBehind("  Left out: ", line, "    ")),
    ...nextSteps.map((step) => foldBehind("  Next: ", step, "    ")),
  ]);
  const told = context ? ", and new sessions are told of the last ones" : "";
  return [...lines, `Capture: ${capture}${told}`, "Check with: mm hooks status", ""].join("\n");
}

export function uninstallText({ uninstalled }: UninstallResult): string {
  if (uninstalled.length === 0) return "No hooks found.\n";
  const lines = uninstalled.map(({ agent, file, status }) => {
    const head = status === "removed" ? "Removed" : "Nothing there";
    return `${head}: ${AGENTS[agent].name}, ${escapeControls(file)}`;
  });
  return [...lines, ""].join("\n");
}

function milliseconds(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : `${value.toFixed(1)} ms`;
}

function notesOf(row: HookStatus): string[] {
  const others = row.programs.filter(({ exists, isThis }) => exists && !isThis);
  return [
    ...problemsOf(row),
    ...(row.missing.length > 0 ? [`not installed: ${row.missing.join(", ")}`] : []),
    ...leftOutLines(row.leftOut).map((line) => `left out: ${line}`),
    ...others.map(({ path }) => `calls another mm: ${path}`),
    ...row.homes.map((home) => `records in ${home}`),
    ...row.duplicates.map((other) => `also reported by ${other}`),
  ].map((note) => `${row.agent}: ${escapeControls(note)}`);
}

/** What the table says; the agent's file is told below it, where it has room. */
function stateOf({ state, file, scope }: HookStatus): string {
  const isOffered = file !== null || scope === "plugin";
  return isOffered ? state.replace("_", " ") : "not offered";
}

function cellsOf(row: HookStatus, now: Date): string[] {
  const { agent, support, events, activity } = row;
  return [
    AGENTS[agent].name,
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
    ({ agent, scope, file }) =>
      `${agent}: ${scope}${file === null ? "" : `, ${escapeControls(file)}`}`,
  );
}

/** The command that installs for those agents that are there and supported but don't report yet. */
function nextStep(rows: readonly HookStatus[]): string[] {
  const agents = rows
    .filter(({ state, file, support }) => {
      return state === "not_installed" && file !== null && support === "supported";
    })
    .map(({ agent }) => agent);
  return agents.length === 0 ? [] : [`Next: mm hooks install ${agents.join(" ")}`];
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

function lostText(lost: LostEvents | null): string {
  if (lost === null) return "";
  const events = counted(lost.count, "event");
  const first = `${events} lost since ${escapeControls(lost.since)}; logs/hook.log says why\n`;
  return `${first}${lossesInWords(lost)
    .map((line) => `  ${line}\n`)
    .join("")}`;
}

function homeText(problem: string | null): string {
  return problem === null ? "" : `Events are lost: ${escapeControls(problem)}\n`;
}

/** `columns` is the width of the terminal; undefined where there is none. */
export function statusText(
  { rows, lost, homeProblem }: HooksReport,
  now: Date,
  columns: number | undefined,
): string {
  const cells = rows.map((row) => cellsOf(row, now));
  const width = Math.min(columns ?? MOST_COLUMNS, MOST_COLUMNS) - 2;
  const notes = rows.flatMap(notesOf).map((note) => fold(note, width).join("\n  "));
  const below = [...filesOf(rows), ...notes, ...nextStep(rows)];
  const gap = below.length > 0 ? "\n" : "";
  const shown = table(HEADER, cells, { columns, steps: STEPS });
  return [
    shown,
    gap,
    ...below.map((line) => `${line}\n`),
    lostText(lost),
    homeText(homeProblem),
  ].join("");
}
