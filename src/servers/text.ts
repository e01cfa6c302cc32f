import { AGENTS } from "../agents/agents.ts";
import { fold, foldBehind } from "../cli/fit.ts";
import { table } from "../cli/table.ts";
import type { UninstallResult } from "../install/uninstall.ts";
import { counted, escapeControls } from "../text/text.ts";
import type { RegisterResult } from "./install.ts";
import type { ServerStatus } from "./status.ts";

const HEADS = { added: "Registered", updated: "Updated", unchanged: "Unchanged" } as const;

export function registerText({ registered }: RegisterResult): string {
  const lines = registered.flatMap(({ agent, status, isThere, program, ...one }) => [
    `${HEADS[status]}: ${AGENTS[agent].name}, ${escapeControls(one.file)}`,
    ...one.nextSteps.map((step) => foldBehind("  Next: ", step, "    ")),
    ...(isThere ? [] : [`  Note: ${program} wasn't found on this machine`]),
  ]);
  return [...lines, "Check: mm mcp status     Remove: mm mcp uninstall", ""].join("\n");
}

export function unregisterText({ uninstalled }: UninstallResult): string {
  if (uninstalled.length === 0) return "mm is registered with no agent.\n";
  const lines = uninstalled.map(({ agent, file, status }) => {
    const head = status === "removed" ? "Removed" : "Nothing there";
    return `${head}: ${AGENTS[agent].name}, ${escapeControls(file)}\n`;
  });
  return lines.join("");
}

function stateOf({ state, file, scope }: ServerStatus): string {
  if (file === null && scope !== "plugin") return "not offered";
  if (state === "ok") return "answers";
  if (state === "pending") return "needs you";
  if (state === "broken") return "broken";
  return state === "absent" ? "not here" : "not registered";
}

function shownFile({ scope, file }: ServerStatus, userHome: string | undefined): string {
  if (file === null) return scope === "plugin" ? "its plugin" : "";
  const short =
    userHome && file.startsWith(`${userHome}/`) ? `~${file.slice(userHome.length)}` : file;
  return scope === "project" ? `${short} (project)` : short;
}

function detailOf({ tools, answeredMs, support, state }: ServerStatus): string {
  if (answeredMs !== null) return `${counted(tools.length, "tool")} in ${answeredMs} ms`;
  return support === "preview" && state === "not_installed" ? "preview" : "";
}

function shortDetailOf(row: ServerStatus): string {
  return row.answeredMs === null ? detailOf(row) : counted(row.tools.length, "tool");
}

/** Less of a path says nothing. */
const LEAST_PATH = 16;
const MOST_COLUMNS = 80;

function notesOf({ agent, problems, program }: ServerStatus): string[] {
  const isOther = program?.exists === true && !program.isThis;
  return [
    ...problems.map(({ message, fix }) => `${message}; to fix it: ${fix}`),
    ...(isOther ? [`starts another mm: ${program.path}`] : []),
  ].map((note) => `${agent}: ${escapeControls(note)}`);
}

/** @param isAll whether to list agents that aren't on this machine, too */
export function serverStatusText(
  rows: readonly ServerStatus[],
  page: {
    readonly columns: number | undefined;
    readonly userHome: string | undefined;
    readonly isAll: boolean;
  },
): string {
  const shown = rows.filter(
    ({ state, file, scope }) =>
      page.isAll || (state !== "absent" && (file !== null || scope === "plugin")),
  );
  if (shown.length === 0) return "No agent is on this machine (--all lists those that mm knows).\n";
  const cells = shown.map((row) => [
    row.agent,
    stateOf(row),
    detailOf(row),
    shownFile(row, page.userHome),
  ]);
  const steps = [
    { column: 3, least: LEAST_PATH },
    { column: 3, least: 0 },
    { column: 2, shorter: shown.map(shortDetailOf) },
  ];
  const listed = table(["Agent", "Server", "Answer", "File"], cells, {
    columns: page.columns,
    steps,
  });
  const free = shown.filter(
    ({ state, support }) => state === "not_installed" && support === "supported",
  );
  const next =
    free.length > 0 ? [`Next: mm mcp install ${free.map(({ agent }) => agent).join(" ")}`] : [];
  const width = Math.min(page.columns ?? MOST_COLUMNS, MOST_COLUMNS) - 2;
  const below = [...shown.flatMap(notesOf), ...next].map((line) => fold(line, width).join("\n  "));
  return [listed, ...(below.length > 0 ? ["\n"] : []), ...below.map((line) => `${line}\n`)].join(
    "",
  );
}
