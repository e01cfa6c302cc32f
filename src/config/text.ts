import { fold } from "../cli/fit.ts";
import { table } from "../cli/table.ts";
import { escapeControls } from "../text/text.ts";
import type { ConfigChange, Configuration, Setting } from "./config.ts";
import { CONFIG_KEYS } from "./keys.ts";

function inWords(value: Setting["value"]): string {
  if (value === null) return "not set";
  if (typeof value !== "object") return String(value);
  return Array.isArray(value) ? value.join(",") || "none" : JSON.stringify(value);
}

/** A value alone, for scripts: nothing for a setting that isn't set, a list with commas, an object as JSON. */
export function settingText({ value }: Setting): string {
  const isPlain = typeof value !== "object" || value === null || Array.isArray(value);
  return `${escapeControls(isPlain ? String(value ?? "") : JSON.stringify(value))}\n`;
}

/** With less room than this, what a setting is gets lines of its own. */
const LEAST_DESCRIPTION = 24;

/** How much room there is behind the names and the values. */
function roomBehind(rows: readonly (readonly string[])[], columns: number): number {
  const width = (column: number) =>
    Math.max(...rows.map((row) => Bun.stringWidth(escapeControls(row[column] ?? ""))));
  const gaps = 4;
  return columns - width(0) - width(1) - gaps;
}

/** The rows with their last cell below the others. */
function stacked(rows: readonly (readonly string[])[], columns: number): string {
  const lines = rows.flatMap(([key = "", value = "", description = ""]) => [
    escapeControls(`${key}: ${value}`),
    ...fold(description, Math.max(LEAST_DESCRIPTION, columns - 2)).map((line) => `  ${line}`),
  ]);
  return `${lines.join("\n")}\n`;
}

/** The rows with their last cell on as many lines as it needs. */
function folded(rows: readonly (readonly string[])[], left: number): string[][] {
  return rows.flatMap(([key = "", value = "", description = ""]) =>
    fold(description, left).map((line, index) =>
      index === 0 ? [key, value, line] : ["", "", line],
    ),
  );
}

/** `columns` is the terminal's width; undefined if there is none. */
export function configurationText(
  { path, settings }: Configuration,
  columns: number | undefined,
): string {
  const cells = settings.map(({ key, value, isSet }) => [
    key,
    `${inWords(value)}${isSet || value === null ? "" : " (default)"}`,
    CONFIG_KEYS[key].description,
  ]);
  const left = columns === undefined ? Number.MAX_SAFE_INTEGER : roomBehind(cells, columns);
  const list =
    columns !== undefined && left < LEAST_DESCRIPTION
      ? stacked(cells, columns)
      : table(["Setting", "Value", "What it is"], folded(cells, left), { columns });
  return `${list}\n${escapeControls(path)}\n`;
}

export function changeText({ key, value, previous }: ConfigChange): string {
  const was = Bun.deepEquals(value, previous) ? "as before" : `was: ${inWords(previous)}`;
  return `${key}: ${escapeControls(inWords(value))} (${escapeControls(was)})\n`;
}
