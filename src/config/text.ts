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

/** A value alone, for scripts: nothing for a setting that isn't set, a list with commas. */
export function settingText({ value }: Setting): string {
  return `${escapeControls(String(value ?? ""))}\n`;
}

const LEAST_DESCRIPTION = 10;

/** The rows with their last cell on as many lines as it needs in `columns`. */
function folded(rows: readonly (readonly string[])[], columns: number): string[][] {
  const width = (column: number) =>
    Math.max(...rows.map((row) => Bun.stringWidth(escapeControls(row[column] ?? ""))));
  const gaps = 4;
  const left = Math.max(LEAST_DESCRIPTION, columns - width(0) - width(1) - gaps);
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
  const rows = columns === undefined ? cells : folded(cells, columns);
  return `${table(["Setting", "Value", "What it is"], rows, { columns })}\n${escapeControls(path)}\n`;
}

export function changeText({ key, value, previous }: ConfigChange): string {
  const was = Bun.deepEquals(value, previous) ? "as before" : `was: ${inWords(previous)}`;
  return `${key}: ${escapeControls(inWords(value))} (${escapeControls(was)})\n`;
}
