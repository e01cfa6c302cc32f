import { formatAge } from "../text/duration.ts";
import { escapeControls, firstChars } from "../text/text.ts";
import type { ExportFormat } from "./export.ts";
import {
  type EventFacts,
  eventFacts,
  type SessionFacts,
  sessionFacts,
  timeOf,
  utcMinute,
  workedUntil,
} from "./facts.ts";
import type { StoredSession } from "./record.ts";

/** The longest content of a timeline's line. */
const CONTENT_CHARS = 300;

/** Escapes text so that nothing in it is mark-up, HTML or a mention of a person or an issue. */
function plain(text: string): string {
  return escapeControls(text)
    .replace(/[\\`*{}[\]<>()+!|~$&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu, "\\$&")
    .replace(/^#/u, "\\#")
    .replace(/^-/u, "\\-")
    .replace(/^(\d+)\./u, "$1\\.")
    .replace(/@|#(?=\d)|\bGH-(?=\d)/giu, "$&<!-- -->");
}

/** Formats text as code. The fence is longer than any in the text, so nothing can escape it. */
function code(text: string): string {
  const safe = escapeControls(text);
  if (safe.trim() === "") return "";
  const longest = Math.max(0, ...(safe.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = safe.startsWith("`") || safe.endsWith("`") ? " " : "";
  return `${fence}${space}${safe}${space}${fence}`;
}

function folded(text: string): string {
  const line = text.replace(/\s+/gu, " ").trim();
  const kept = firstChars(line, CONTENT_CHARS);
  return kept === line ? line : `${kept}…`;
}

/** The event types that stand out in a timeline. */
const STRESSED = ["prompt", "error"];

function eventLine({ type, content, createdAt }: EventFacts): string {
  const time = utcMinute(createdAt).slice(11, 16) || "?";
  const name = STRESSED.includes(type) ? `**${type}**` : plain(type);
  return `- ${plain(time)} ${name} ${code(folded(content))}`.trimEnd().concat("\n");
}

function duration({ startedAt, endedAt, isStale }: SessionFacts, until: number | null): string {
  const from = timeOf(startedAt);
  if (endedAt === null) return ", still active";
  if (from === null || until === null) return "";
  return ` for ${formatAge(until - from)}${isStale ? ", silent after that" : ""}`;
}

function heading(session: StoredSession): string {
  const facts = sessionFacts(session);
  const where = [facts.project, facts.branch].filter((part) => part !== null).map(code);
  const lines = [
    `## ${plain(facts.title ?? `Session of ${facts.agent}`)}`,
    "",
    `- Agent: ${plain(facts.agent)}${facts.model === null ? "" : `, ${code(facts.model)}`}`,
    ...(where.length > 0 ? [`- Project: ${where.join(", branch ")}`] : []),
    `- Time: ${plain(utcMinute(facts.startedAt))}${duration(facts, workedUntil(session, facts))}`,
    `- Session: ${code(facts.id)}`,
  ];
  const summary = facts.summary === null ? [] : ["", plain(folded(facts.summary))];
  return `${[...lines, ...summary].join("\n")}\n`;
}

/** Markdown for a pull request: a heading, the facts, and the timeline collapsed. */
export function markdown(): ExportFormat {
  let isFirst = true;
  let hasEvents = false;
  return {
    begin: () => "",
    session: (session) => {
      const gap = isFirst ? "" : "\n";
      isFirst = false;
      hasEvents = false;
      return `${gap}${heading(session)}`;
    },
    event: (stored, session) => {
      const opening = hasEvents ? "" : "\n<details><summary>Timeline</summary>\n\n";
      hasEvents = true;
      return `${opening}${eventLine(eventFacts(stored, session))}`;
    },
    endSession: () => (hasEvents ? "\n</details>\n" : ""),
    end: () => "",
  };
}
