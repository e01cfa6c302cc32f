import { escapeControls } from "../text/text.ts";
import type { Briefing } from "./briefing-here.ts";

/** What `mm context` tells people, with the size of each part where it `explains`. */
export function briefingText({ text, bytes, parts }: Briefing, explains: boolean): string {
  if (text === "") return "New sessions here would get no context.\n";
  const shown = text.split("\n").map(escapeControls).join("\n");
  if (!explains) return `${shown}\n`;
  const lines = parts.map((part) => `${part.name}: ${part.bytes} bytes`);
  return `${shown}\n\n${lines.join("\n")}\ntotal: ${bytes} bytes\n`;
}
