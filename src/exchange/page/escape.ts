import { escapeControls } from "../../text/text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for an element or an attribute. `lines` keeps line breaks and tabs. */
export function escapeHtml(text: string, lines = false): string {
  const safe = lines
    ? text.replace(/[^\n\t]+/gu, (run) => escapeControls(run))
    : escapeControls(text);
  return safe.replace(/[&<>"']/gu, (char) => ENTITIES[char] ?? "");
}
