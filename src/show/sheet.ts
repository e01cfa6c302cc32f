import { fit } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatLength } from "../text/duration.ts";
import { escapeControls } from "../text/text.ts";
import type { ShownSession } from "./show.ts";
import type { TouchedFile } from "./touched-file.ts";

const LABEL_CELLS = 11;
const MAX_FILES = 20;
const MINUTE_MS = 60_000;

/** How to print: the style, and the terminal's width or null without one. */
export interface Sheet {
  readonly style: Style;
  readonly columns: number | null;
  /** Whether to show everything. */
  readonly full: boolean;
}

/** Escapes text and cuts it to the room that is left on a line after `cellsBefore` cells. */
export function oneLine(sheet: Sheet, text: string, cellsBefore = 0): string {
  const safe = escapeControls(text.replace(/[ \t\r\n]+/gu, " ").trim());
  if (sheet.full || sheet.columns === null) return safe;
  return fit(safe, Math.max(20, sheet.columns - cellsBefore));
}

function joined(parts: readonly (string | null | false)[], between: string): string | null {
  const present = parts.filter((part) => part !== null && part !== false && part !== "");
  return present.length === 0 ? null : present.join(between);
}

/** The lines `Label  value`, without those that have no value. */
function labelled(sheet: Sheet, values: readonly (readonly [string, string | null])[]): string[] {
  return values.flatMap(([label, value]) =>
    value === null || value === ""
      ? []
      : [`${sheet.style.dim(label.padEnd(LABEL_CELLS))} ${value}`],
  );
}

function who({ session, details, agentName }: ShownSession): string | null {
  const program = joined([agentName, details.agentVersion], " ");
  const agent = program === null ? session.agentId : `${program} (${session.agentId})`;
  return joined([agent, details.model], ", ");
}

function when({ session, details, spanMs, activeMs }: ShownSession): string | null {
  const until = session.endedAt === null ? null : `to ${details.endedLocal ?? session.endedAt}`;
  const length = spanMs === null ? null : formatLength(spanMs);
  const isAllActive = spanMs === null || spanMs - activeMs < MINUTE_MS;
  const active = !isAllActive && `${formatLength(activeMs)} of it active`;
  const lengths = joined([length, active], ", ");
  return joined([details.startedLocal, until, lengths && `(${lengths})`], " ");
}

function ending({ session, details }: ShownSession): string | null {
  if (session.endedAt === null) return null;
  const by = details.endedBy === details.endReason ? null : details.endedBy;
  return joined([details.endReason, by && `by the ${by}`], ", ");
}

function countsOf({ eventCount, counts }: ShownSession): string {
  const each = counts.map(({ type, count }) => `${count} ${type}`).join(", ");
  return each === "" ? "0" : `${eventCount}: ${each}`;
}

function facts(sheet: Sheet, shown: ShownSession): string[] {
  const { session, details } = shown;
  const branch = details.branch && `branch ${details.branch}`;
  const values = [
    ["Agent", who(shown)],
    ["Project", joined([shown.project, branch], ", ")],
    ["Folder", details.cwd ?? details.root],
    ["Remote", details.remote],
    ["Time", when(shown)],
    ["Ended", ending(shown)],
    ["Summary", session.summary],
    ["Events", countsOf(shown)],
    ["Session", session.id],
    ["Namespace", session.namespace],
    ["Own id", details.externalId],
    ["Parent", details.parentId],
    ["Transcript", details.transcript],
  ] as const;
  const safe = values.map(
    ([label, value]) => [label, value && isCut(label, sheet, value)] as const,
  );
  // People copy this command, so it isn't cut.
  return labelled(sheet, [
    ...safe,
    ["Resume", shown.resumeCommand && sheet.style.cyan(shown.resumeCommand)],
  ]);
}

/** Cuts only prose: people copy ids and paths. */
function isCut(label: string, sheet: Sheet, value: string): string {
  const isProse = label === "Summary" || label === "Events";
  return isProse ? oneLine(sheet, value, LABEL_CELLS + 1) : escapeControls(value);
}

function relative(path: string, shown: ShownSession): string {
  const root = shown.details.root ?? shown.details.cwd;
  return root !== null && root !== "/" && path.startsWith(`${root}/`)
    ? path.slice(root.length + 1)
    : path;
}

function effects(sheet: Sheet, file: TouchedFile): string {
  const { style } = sheet;
  const told = [
    file.changed > 0 && style.yellow(`${file.changed} changed`),
    file.read > 0 && `${file.read} read`,
    file.other > 0 && `${file.other} other`,
    file.failed > 0 && style.red(`${file.failed} failed`),
  ];
  return joined(told, ", ") ?? "";
}

function files(sheet: Sheet, shown: ShownSession): string[] {
  if (shown.files.length === 0) return [];
  const listed = sheet.full ? shown.files : shown.files.slice(0, MAX_FILES);
  const paths = listed.map(({ path }) => oneLine(sheet, relative(path, shown), 24));
  const width = paths.reduce((widest, path) => Math.max(widest, Bun.stringWidth(path)), 0);
  const lines = listed.map((file, index) => {
    const path = paths[index] ?? "";
    return `  ${path}${" ".repeat(width - Bun.stringWidth(path))}  ${effects(sheet, file)}`;
  });
  const more = shown.files.length - listed.length;
  return [
    "",
    `${sheet.style.bold("Files")} ${sheet.style.dim("named by tool calls; what commands changed isn't known")}`,
    ...lines,
    ...(more > 0 ? [sheet.style.dim(`  … ${more} more (--full shows them)`)] : []),
  ];
}

/** Everything that is shown of a session above its timeline. */
export function sessionSheet(sheet: Sheet, shown: ShownSession): string {
  const title = titleOf(shown.session) ?? "(no title)";
  const lines = [
    `${sheet.style.bold(oneLine(sheet, title, 10))}  ${stateStyle(sheet.style, shown.state)(shown.state)}`,
    "",
    ...facts(sheet, shown),
    ...files(sheet, shown),
    "",
  ];
  return `${lines.join("\n")}\n`;
}
