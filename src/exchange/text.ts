import { counted, escapeControls } from "../text/text.ts";
import type { Imported } from "./import.ts";
import type { Totals } from "./record.ts";

function totalsText({ sessions, events }: Totals): string {
  return `${counted(sessions, "session")} with ${counted(events, "event")}`;
}

export function exportText(totals: Totals, file: string): string {
  return `Exported ${totalsText(totals)} to ${escapeControls(file)}\n`;
}

export function importText(imported: Imported): string {
  const { alreadyThere, leftAlone } = imported;
  const lines = [`Imported ${totalsText(imported)}`];
  if (alreadyThere > 0) lines.push(`Already there: ${counted(alreadyThere, "session")}`);
  const left = leftAlone.map(
    ({ id, reason }) => `Left alone: ${escapeControls(id)}: ${escapeControls(reason)}`,
  );
  return `${[...lines, ...left].join("\n")}\n`;
}
