import { formatBytes } from "../cli/numbers.ts";
import { counted, escapeControls } from "../text/text.ts";
import { type GcResult, isUnder } from "./gc.ts";
import type { Limits } from "./limits.ts";
import { type Deletion, whatIsDeleted } from "./plan.ts";

/** A plan is an estimate, of whole pages: less than a twentieth is no change. */
function isChange(from: number, to: number, dryRun: boolean): boolean {
  return dryRun ? Math.abs(from - to) * 20 > from : from !== to;
}

function nothingLine({ before, after }: GcResult, limits: Limits, dryRun: boolean): string {
  if (after.file < before.file && isChange(before.file, after.file, dryRun)) {
    return `Nothing to delete; the file ${dryRun ? "would shrink" : "has shrunk"}`;
  }
  const asked = limits.before !== null || limits.maxBytes !== null;
  return asked ? "Nothing to delete" : "Nothing to do";
}

function deletedLine(result: GcResult, limits: Limits, dryRun: boolean): string {
  const { ids, events, finishedEvents } = result;
  const lines = [
    ids.length > 0 &&
      `${dryRun ? "Would delete" : "Deleted"}: ${counted(ids.length, "session")}, ${counted(events, "event")}`,
    finishedEvents > 0 &&
      `${dryRun ? "Would finish" : "Finished"} an earlier deletion: ${counted(finishedEvents, "event")}`,
  ].filter((line) => line !== false);
  return lines.join("\n") || nothingLine(result, limits, dryRun);
}

/** Bytes before and after. */
function change(from: number, to: number, dryRun: boolean): string {
  if (!isChange(from, to, dryRun)) {
    return `${formatBytes(from)}, ${dryRun ? "would stay about the same" : "as before"}`;
  }
  const less = from > to ? ` (${formatBytes(from - to)} less)` : "";
  return dryRun
    ? `${formatBytes(from)}, would become about ${formatBytes(to)}${less}`
    : `${formatBytes(to)}, was ${formatBytes(from)}${less}`;
}

/** What the database takes, before and after; nothing where there is none. */
function spaceLines(result: GcResult, dryRun: boolean): string[] {
  const { ids, before, after } = result;
  const isChanged =
    isChange(before.used, after.used, dryRun) || isChange(before.file, after.file, dryRun);
  if (ids.length > 0 || isChanged) {
    return [
      `In use: ${change(before.used, after.used, dryRun)}`,
      `File:   ${change(before.file, after.file, dryRun)}`,
    ];
  }
  const { used, file } = before;
  if (file === 0) return [];
  const inUse = used === file ? "" : `, ${formatBytes(used)} of it in use`;
  return [`The database takes ${formatBytes(file)}${inUse}`];
}

export function gcText(result: GcResult, limits: Limits, dryRun: boolean): string {
  const { after, kept } = result;
  const free = after.file - after.used;
  const ended = (count: number) => counted(count, "ended session");
  const lines = [
    deletedLine(result, limits, dryRun),
    ...spaceLines(result, dryRun),
    !after.shrinks &&
      free > 0 &&
      `The file can't shrink: its ${formatBytes(free)} of free pages will be reused`,
    kept.referredTo > 0 && `Kept: ${ended(kept.referredTo)} that other tables refer to`,
    kept.notMadeByMm > 0 && `Kept: ${ended(kept.notMadeByMm)} that mm didn't make`,
  ];
  return `${lines.filter((line) => line !== false).join("\n")}\n`;
}

/** Lines for stderr. `maxSize` is the limit as the user typed it. */
export function gcNotes(
  result: GcResult,
  limits: Limits,
  dryRun: boolean,
  maxSize: string | undefined,
): string[] {
  if (isUnder(result, limits) !== false) return [];
  return [
    `more than ${maxSize} ${dryRun ? "would stay" : "is still"} in use: gc may not delete the other sessions`,
  ];
}

const NOTES = { deleted: null, cleared: "Reference cleared", left: "Reference kept" } as const;

export function deleteText(deletions: readonly Deletion[], dryRun: boolean): string {
  const lines = deletions.flatMap((one) => {
    const notes = one.others.flatMap(({ table, rows, effect }) => {
      const note = NOTES[effect];
      return note === null
        ? []
        : [`  ${note}: ${counted(rows, "row")} of ${escapeControls(table)}`];
    });
    return [
      `${dryRun ? "Would delete" : "Session deleted"}: ${escapeControls(one.session.id)}`,
      `  With: ${escapeControls(whatIsDeleted(one))}`,
      ...notes,
    ];
  });
  return `${lines.join("\n")}\n`;
}
