import { counted, escapeControls } from "../text/text.ts";
import type { Moved } from "./move.ts";

export function moveText({ sessions, from, to }: Moved, dryRun: boolean): string {
  const what = dryRun ? "Would move" : "Moved";
  return `${what} ${counted(sessions, "session")}\n  From: ${escapeControls(from)}\n  To:   ${escapeControls(to)}\n`;
}
