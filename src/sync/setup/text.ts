import { escapeControls } from "../../text/text.ts";
import type { Initiated } from "./init.ts";

/** What `mm sync init` did, for people. */
export function initText({ settings, hasRoles }: Initiated, place: string): string {
  const { projects } = settings;
  const names = escapeControls(projects.join(", "));
  const lines = [
    `Sync is set up with ${place}.`,
    projects.length === 0
      ? "No project is released yet: mm sync init --project PATTERN"
      : `Released: ${projects.includes("*") ? "all sessions" : names}`,
    ...(hasRoles
      ? []
      : ["Only for a team: an administrator makes its roles with mm sync init --print-sql"]),
    "Next: mm sync push --dry-run",
  ];
  return `${lines.join("\n")}\n`;
}
