import { counted } from "../text/text.ts";
import type { Rescanned } from "./rescan.ts";

export function rescanText({ sessions, events, rules }: Rescanned, dryRun: boolean): string {
  const total = rules.reduce((sum, { secrets }) => sum + secrets, 0);
  if (total === 0) return "No secret that the rules know is stored\n";
  const where = `${counted(sessions, "session")} and ${counted(events, "event")}`;
  const width = Math.max(...rules.map(({ rule }) => rule.length));
  const lines = rules.map(({ rule, secrets }) => `  ${rule.padEnd(width)}  ${secrets}`);
  const verb = dryRun ? "Would replace" : "Replaced";
  return `${verb}: ${counted(total, "secret")} in ${where}\n${lines.join("\n")}\n`;
}
