import { AGENTS } from "../agents/agents.ts";
import { fold, foldBehind } from "../cli/fit.ts";
import { areLogged, type LostEvents, lossesInWords } from "../files/troubles.ts";
import { formatAge } from "../text/duration.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { InstallResult } from "./install.ts";
import type { Refused } from "./planning/each.ts";
import type { HookStatus, HooksReport } from "./status.ts";
import { reasons } from "./targets.ts";
import type { UninstallResult } from "./uninstall.ts";

const HEADS = {
  added: "Installed",
  updated: "Updated",
  unchanged: "Unchanged",
} as const;

function listed(names: readonly string[]): string {
  return new Intl.ListFormat("en").format(names);
}

/** Lines for stderr, beside what was done. */
export function refusals(refused: readonly Refused[]): string[] {
  return refused.map(({ agent, message }) => `${AGENTS[agent].name} is left out: ${message}`);
}

/** What follows an installation, in the words of somebody who has just done it for the first time. */
function afterInstall(installed: InstallResult["installed"]): string[] {
  const fresh = installed.filter(({ status }) => status !== "unchanged");
  const [first] = fresh;
  if (first === undefined) return ["Check with: mm hooks status"];
  const verb = fresh.length === 1 ? "reports" : "report";
  const session = fresh.length === 1 ? "its next session" : "their next sessions";
  const names = listed(fresh.map(({ agent }) => AGENTS[agent].name));
  return [
    "",
    ...fold(`Done: ${names} ${verb} to mm from ${session} on.`, 80),
    `Try it: start \`${first.program}\`, type something, and in another terminal: mm ps`,
    // The agents that are driven are those whose transcripts can be read.
    ...(fresh.some(({ agent }) => AGENTS[agent].support === "supported")
      ? ["Earlier sessions: mm backfill"]
      : []),
    "Check: mm hooks status     Remove: mm hooks uninstall",
    "Record less: mm hooks install --capture none",
  ];
}

export function installText({ installed, capture, context }: InstallResult): string {
  const lines = installed.flatMap(({ agent, status, isThere, program, ...one }) => [
    `${HEADS[status]}: ${AGENTS[agent].name}, ${escapeControls(one.file)}`,
    foldBehind("  Events: ", one.events.join(", "), "    "),
    ...reasons(one.leftOut).map((line) => foldBehind("  Left out: ", escapeControls(line), "    ")),
    ...one.nextSteps.map((step) => foldBehind("  Next: ", step, "    ")),
    ...(isThere ? [] : [`  Note: ${program} wasn't found on this machine`]),
  ]);
  const told = context ? ", and new sessions are told of the last ones" : "";
  return [...lines, `Capture: ${capture}${told}`, ...afterInstall(installed), ""].join("\n");
}

/** @param sessions how many sessions stay, and in which home */
export function uninstallText(
  { uninstalled }: UninstallResult,
  { sessions, home }: { readonly sessions: number; readonly home: string },
): string {
  if (uninstalled.length === 0) return "No hooks found.\n";
  const lines = uninstalled.map(({ agent, file, status }) => {
    const head = status === "removed" ? "Removed" : "Nothing there";
    return `${head}: ${AGENTS[agent].name}, ${escapeControls(file)}`;
  });
  const stay = sessions === 1 ? "1 session stays" : `${sessions} sessions stay`;
  const left = `${stay} in ${escapeControls(home)}; to delete what has ended: mm gc --older-than 0s`;
  return [...lines, ...(sessions === 0 ? [] : [left]), ""].join("\n");
}

function notesOf(row: HookStatus): string[] {
  const others = row.programs.filter(({ exists, isThis }) => exists && !isThis);
  return [
    ...(row.rival === null || row.scope === "plugin" ? [] : [row.rival]),
    // The first one is the row's own.
    ...row.problems.slice(isShown(row) ? 1 : 0).map(({ message }) => message),
    ...(row.missing.length > 0 ? [`not installed: ${row.missing.join(", ")}`] : []),
    ...reasons(row.leftOut).map((line) => `left out: ${line}`),
    ...others.map(({ path }) => `calls another mm: ${path}`),
    ...row.homes.map((home) => `records in ${home}`),
    ...row.duplicates.map((other) => `also reported by ${other}`),
  ].map((note) => `${row.agent}: ${escapeControls(note)}`);
}

function isOffered({ file, scope }: HookStatus): boolean {
  return file !== null || scope === "plugin";
}

/** Whether the row itself says what its first problem is. */
function isShown({ state }: HookStatus): boolean {
  return state === "broken" || state === "pending";
}

function stateOf(row: HookStatus): string {
  if (!isOffered(row)) return "not offered";
  if (row.state === "broken") return "broken";
  if (row.state === "pending") return "needs you";
  if (row.events.length > 0) {
    if (row.activity?.isHooked) return "recording";
    return row.waiting > 0 ? "waiting" : "nothing came yet";
  }
  return row.state === "absent" ? "not here" : "not installed";
}

/** How `statusText` prints. */
interface StatusPage {
  readonly now: Date;
  /** The terminal's width; undefined if there is none. */
  readonly columns: number | undefined;
  /** The user's own folder, which is shown as `~`. */
  readonly userHome: string | undefined;
  /** Whether to list agents that aren't on this machine, too. */
  readonly isAll: boolean;
}

function shownFile({ scope, file }: HookStatus, userHome: string | undefined): string {
  if (file === null) return scope === "plugin" ? "its plugin" : "";
  const isOwn = userHome !== undefined && userHome !== "" && file.startsWith(`${userHome}/`);
  const short = isOwn ? `~${file.slice(userHome.length)}` : file;
  return scope === "project" ? `${short} (project)` : short;
}

function detailOf(row: HookStatus, { now, userHome }: StatusPage): string {
  const [problem] = row.problems;
  if (row.state === "pending" && problem !== undefined) return problem.fix;
  if (row.state === "broken" && problem !== undefined)
    return `${problem.message}; to fix it: ${problem.fix}`;
  const preview = row.support === "preview" ? "preview" : "";
  if (row.events.length === 0) return preview;
  const { activity } = row;
  const waiting = row.waiting === 0 ? null : `${counted(row.waiting, "call")} in the spool`;
  const age =
    activity?.isHooked && `last ${formatAge(now.getTime() - activity.lastEventAt, "d")} ago`;
  const took = activity?.p50Ms == null ? null : `${Math.round(activity.p50Ms)} ms`;
  const when = [age, took, waiting].filter((part) => typeof part === "string").join(", ");
  return [when, shownFile(row, userHome), preview].filter((part) => part !== "").join("  ");
}

/** The rows: an agent's name, its state and, folded to the width, what there is to say. */
function rowLines(rows: readonly HookStatus[], page: StatusPage): string[] {
  const cells = rows.map((row) => [AGENTS[row.agent].name, stateOf(row), detailOf(row, page)]);
  const widthOf = (column: number) => Math.max(...cells.map((row) => (row[column] ?? "").length));
  const [names, states] = [widthOf(0), widthOf(1)];
  const indent = names + states + 4;
  const isNarrow = (page.columns ?? MOST_COLUMNS) - indent < LEAST_DETAIL;
  const width = Math.max(LEAST_DETAIL, (page.columns ?? MOST_COLUMNS) - (isNarrow ? 2 : indent));
  return cells.flatMap(([name = "", state = "", detail = ""]) => {
    const head = `${name.padEnd(names)}  ${state.padEnd(states)}`;
    const folded = fold(escapeControls(detail), width);
    if (!isNarrow)
      return folded.map((line, at) => `${at === 0 ? head : " ".repeat(indent - 2)}  ${line}`);
    return [head, ...folded.filter((line) => line !== "").map((line) => `  ${line}`)];
  });
}

/** The command that installs for those agents that are there and supported but don't report yet. */
function nextStep(rows: readonly HookStatus[]): string[] {
  const agents = rows
    .filter(({ state, file, support }) => {
      return state === "not_installed" && file !== null && support === "supported";
    })
    .map(({ agent }) => agent);
  if (agents.length > 0) return [`Next: mm hooks install ${agents.join(" ")}`];
  const isNobodyHere = rows.every(({ state, file }) => state === "absent" || file === null);
  return isNobodyHere ? ["Next: install an agent, then: mm hooks install"] : [];
}

const MOST_COLUMNS = 80;
/** Where there is less room behind the state, what there is to say gets lines of its own. */
const LEAST_DETAIL = 24;

function lostText(lost: LostEvents | null): string {
  if (lost === null) return "";
  const events = counted(lost.count, "event");
  const log = areLogged(lost) ? "; logs/hook.log says why" : "";
  const first = `${events} lost since ${escapeControls(lost.since)}${log}\n`;
  return `${first}${lossesInWords(lost)
    .map((line) => `  ${line}\n`)
    .join("")}`;
}

function homeText(problem: string | null): string {
  return problem === null ? "" : `Events are lost: ${escapeControls(problem)}\n`;
}

/** Agents that aren't on this machine, in one line. */
function absentLine(rows: readonly HookStatus[]): string[] {
  const names = rows.filter(isOffered).map(({ agent }) => AGENTS[agent].name);
  return names.length === 0 ? [] : [`Not on this machine: ${names.join(", ")} (--all)`];
}

/** Where the database can be used, the next call of a hook stores what waits. */
function spooledText(spooled: number): string {
  if (spooled === 0) return "";
  return `${counted(spooled, "hook call")} ${spooled === 1 ? "waits" : "wait"} in the spool; to see why: mm doctor\n`;
}

export function statusText(
  { rows, spooled, lost, homeProblem }: HooksReport,
  page: StatusPage,
): string {
  const isHere = (row: HookStatus) => isOffered(row) && row.state !== "absent";
  const shown = page.isAll ? rows : rows.filter(isHere);
  const others = page.isAll ? [] : rows.filter((row) => !isHere(row));
  const width = Math.min(page.columns ?? MOST_COLUMNS, MOST_COLUMNS) - 2;
  const below = [...shown.flatMap(notesOf), ...nextStep(rows)];
  const lines = [
    ...rowLines(shown, page),
    ...absentLine(others).map((line) => fold(line, width).join("\n  ")),
    ...(below.length > 0 ? [""] : []),
    ...below.map((line) => fold(line, width).join("\n  ")),
  ];
  const trimmed = lines.map((line) => `${line.trimEnd()}\n`);
  return [...trimmed, spooledText(spooled), lostText(lost), homeText(homeProblem)].join("");
}
