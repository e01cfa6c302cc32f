import { table } from "../../cli/table.ts";
import { counted, firstChars } from "../../text/text.ts";
import type { Forgotten } from "./forget.ts";

const MOST_SHOWN = 20;
const ID_CELLS = 8;
const MOST_TITLE = 100;

/** The sessions that are about to go. */
export function foundText(found: readonly Forgotten[]): string {
  const rows = found
    .slice(0, MOST_SHOWN)
    .map(({ id, agentId, project, title }) => [
      id.slice(0, ID_CELLS),
      agentId,
      project ?? "",
      firstChars(title ?? "", MOST_TITLE),
    ]);
  const more = found.length - rows.length;
  return `${table(["Session", "Agent", "Project", "Title"], rows)}${more > 0 ? `… and ${more} more\n` : ""}`;
}

export function forgetText(forgotten: readonly Forgotten[]): string {
  if (forgotten.length === 0) return "The server has no such session of yours.\n";
  return `Deleted ${counted(forgotten.length, "session")} on the server. This machine keeps its own.\n`;
}
