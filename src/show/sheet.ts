import { fit, fold } from "../cli/fit.ts";
import type { Style } from "../cli/style.ts";
import { digestLine, writtenSummary } from "../digest/digest.ts";
import type { TouchedFile } from "../digest/touched-file.ts";
import type { Continuation } from "../machines/model.ts";
import { stateStyle } from "../states/state.ts";
import { titleOf } from "../store/rows.ts";
import { formatLength } from "../text/duration.ts";
import { deriveNamespace } from "../text/names.ts";
import { commandFromHome, hasOnlyPrompts, shortPaths } from "../text/paths.ts";
import { escapeControls } from "../text/text.ts";
import { describeCost, describeTokens } from "../usage/text.ts";
import type { ShownSession } from "./show.ts";

const LABEL_CELLS = 12;
const MAX_FILES = 20;
const MINUTE_MS = 60_000;

/** How to print: the style, and the terminal's width or null without one. */
export interface Sheet {
  readonly style: Style;
  readonly columns: number | null;
  /** Whether to show everything. */
  readonly full: boolean;
  readonly home: string | undefined;
}

/** A text with the paths in it as people see them: relative to the session's tree, unless everything is shown. */
export function withPaths({ full, home }: Sheet, text: string, shown: ShownSession | null): string {
  if (full) return text;
  const root = shown === null ? null : (shown.details.root ?? shown.details.cwd);
  return shortPaths(text, { root, home });
}

/** Escapes text and cuts it to the room that is left on a line after `cellsBefore` cells. */
export function oneLine(sheet: Sheet, text: string, cellsBefore = 0): string {
  const safe = escapeControls(text.replace(/[ \t\r\n]+/gu, " ").trim());
  if (sheet.full || sheet.columns === null) return safe;
  return fit(safe, Math.max(10, sheet.columns - cellsBefore));
}

function joined(parts: readonly (string | null | false)[], between: string): string | null {
  const present = parts.filter((part) => part !== null && part !== false && part !== "");
  return present.length === 0 ? null : present.join(between);
}

/** The lines `Label  value`, without those that have no value. */
function labelled(sheet: Sheet, values: readonly (readonly [string, string | null])[]): string[] {
  const indent = " ".repeat(LABEL_CELLS + 1);
  return values.flatMap(([label, value]) => {
    if (value === null || value === "") return [];
    const lines = value.split("\n").map(escapeControls);
    const widest = Math.max(...lines.map((line) => Bun.stringWidth(line)));
    // What can't be folded, like an id, has more room below its label.
    if (indent.length + widest > (sheet.columns ?? Number.POSITIVE_INFINITY))
      return [sheet.style.dim(label), ...lines.map((line) => `  ${line}`)];
    return [`${sheet.style.dim(label.padEnd(LABEL_CELLS))} ${lines.join(`\n${indent}`)}`];
  });
}

/** Text on as many lines as it needs beside the labels. */
function folded({ columns }: Sheet, text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  return columns === null ? line : fold(line, Math.max(20, columns - LABEL_CELLS - 1)).join("\n");
}

function who({ session, details, agentName }: ShownSession): string | null {
  const agent = joined([agentName ?? session.agentId, details.agentVersion], " ");
  return joined([agent, details.model], ", ");
}

/** The end, as a time of day if it is on the day of the start. */
function until({ session, details, spanMs }: ShownSession): string | null {
  const ended = details.endedLocal ?? session.endedAt;
  if (ended === null || (spanMs !== null && spanMs < MINUTE_MS)) return null;
  const [day = "", time] = ended.split(" ");
  const isSameDay = spanMs !== null && details.startedLocal.startsWith(`${day} `);
  return `to ${isSameDay ? (time ?? ended) : ended}`;
}

function when(shown: ShownSession): string | null {
  const { details, spanMs, activeMs } = shown;
  const length = spanMs === null ? null : formatLength(spanMs);
  const isAllActive = spanMs === null || spanMs - activeMs < MINUTE_MS;
  const active = !isAllActive && `${formatLength(activeMs)} of it active`;
  const lengths = joined([length, active], ", ");
  return joined([details.startedLocal, until(shown), lengths && `(${lengths})`], " ");
}

function ending({ session, details, agentName }: ShownSession): string | null {
  if (session.endedAt === null) return null;
  const { endedBy, endReason } = details;
  const by = endedBy === "client" ? `by ${agentName ?? session.agentId}` : null;
  const reason = endReason?.replaceAll("_", " ") ?? null;
  if (by === null) return reason === null ? null : `by mm (${reason})`;
  return joined([by, endReason && `(${endReason})`], " ");
}

/** The agent's own command is what people know; where a line is too short for it, they get ours. */
function resumption(sheet: Sheet, { resumeCommand, shortId }: ShownSession): string[] {
  const { style, columns, home, full } = sheet;
  if (resumeCommand === null) return [];
  const own = commandFromHome(resumeCommand, home);
  const line = (command: string) =>
    `${style.dim("Resume".padEnd(LABEL_CELLS))} ${style.cyan(escapeControls(command))}`;
  const isLong = LABEL_CELLS + 1 + Bun.stringWidth(own) > (columns ?? Number.POSITIVE_INFINITY);
  return [line(isLong && !full ? `mm resume ${shortId}` : own)];
}

/** The default says no more than the agent does. */
function ownNamespace({ session }: ShownSession): string | null {
  return session.namespace === deriveNamespace(session.agentId) ? null : session.namespace;
}

/** `Claude` of `Claude Code`. */
function familiar(agentName: string): string {
  const name = agentName.replace(/^(?:GitHub|Factory) | (?:CLI|Code)$/gu, "");
  return name.length < 3 ? agentName : name;
}

/** `Claude's id`, or `Agent's id` where the name is too long for a label. */
function idLabel(agentName: string | null): string {
  const label = `${familiar(agentName ?? "Agent")}'s id`;
  return Bun.stringWidth(label) > LABEL_CELLS ? "Agent's id" : label;
}

/** The file, and whether only what was typed is left there. */
function transcript(sheet: Sheet, details: ShownSession["details"]): string | null {
  const path = details.transcript;
  if (path === null) return null;
  return `${withPaths(sheet, path, null)}${hasOnlyPrompts(details) ? " (prompts only)" : ""}`;
}

/** `on desk: 10f61155-53bd-4e93-bf1a-e844319233cb` */
function continued({ id, machine }: Continuation): string {
  return `on ${machine.name}: ${id}`;
}

/** The machine, and where else the session is or goes on. */
function onWhich({ machines }: ShownSession) {
  const { machine = null, alsoOn = [], continuedOn = [] } = machines ?? {};
  return [
    ["Machine", machine === null ? null : machine.name],
    ["Also on", alsoOn.map(({ name }) => name).join("\n")],
    ["Continued", continuedOn.map(continued).join("\n")],
  ] as const;
}

function facts(sheet: Sheet, shown: ShownSession): string[] {
  const { session, details, digest, agentName, usage } = shown;
  const branch = details.branch && `branch ${details.branch}`;
  const folder = details.cwd ?? details.root;
  const written = writtenSummary(session.summary);
  const title = titleOf(session);
  const did = digestLine(digest, (path) => withPaths(sheet, path, shown), title);
  const values = [
    ["Agent", folded(sheet, who(shown) ?? "")],
    ...onWhich(shown),
    ["Project", joined([shown.project, branch], ", ")],
    ["Folder", folder && withPaths(sheet, folder, null)],
    ["Remote", sheet.full ? details.remote : null],
    ["Time", folded(sheet, when(shown) ?? "")],
    ["Ended", folded(sheet, ending(shown) ?? "")],
    ["Tokens", usage && folded(sheet, describeTokens(usage))],
    ["Cost", usage && folded(sheet, describeCost(usage, agentName ?? session.agentId))],
    ["Summary", written && folded(sheet, written)],
    ["Did", did && folded(sheet, did)],
    ["Session", session.id],
    ["Namespace", ownNamespace(shown)],
    [idLabel(agentName), details.externalId],
    ["Fork of", details.parentId],
    ["Forks", shown.forks.join("\n")],
    ["Transcript", transcript(sheet, details)],
  ] as const;
  return [...resumption(sheet, shown), ...labelled(sheet, values)];
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
  if (shown.digest.files.length === 0) return [];
  const listed = sheet.full ? shown.digest.files : shown.digest.files.slice(0, MAX_FILES);
  const paths = listed.map(({ path }) => oneLine(sheet, withPaths(sheet, path, shown), 24));
  const width = paths.reduce((widest, path) => Math.max(widest, Bun.stringWidth(path)), 0);
  const lines = listed.map((file, index) => {
    const path = paths[index] ?? "";
    return `  ${path}${" ".repeat(width - Bun.stringWidth(path))}  ${effects(sheet, file)}`;
  });
  const more = shown.digest.files.length - listed.length;
  return [
    "",
    `${sheet.style.bold("Files")} ${sheet.style.dim("named by tool calls; what commands changed isn't known")}`,
    ...lines,
    ...(more > 0 ? [sheet.style.dim(`  … ${more} more (--full shows them)`)] : []),
  ];
}

/** The title on as many lines as it needs, and the state behind it. */
function heading({ style, columns }: Sheet, { session, state }: ShownSession): string {
  const title = escapeControls(titleOf(session) ?? "(no title)");
  const lines = columns === null ? [title] : fold(title, columns - state.length - 2);
  return `${lines.map(style.bold).join("\n")}  ${stateStyle(style, state)(state)}`;
}

/** Everything that is shown of a session above its timeline. */
export function sessionSheet(sheet: Sheet, shown: ShownSession): string {
  const lines = [heading(sheet, shown), "", ...facts(sheet, shown), ...files(sheet, shown), ""];
  return `${lines.join("\n")}\n`;
}
