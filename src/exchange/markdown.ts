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

/** A line of a timeline that people read. */
const CONTENT_CHARS = 300;

/** Text that stays text: no mark-up, no HTML, no mention of somebody or of an issue. */
function plain(text: string): string {
  return escapeControls(text)
    .replace(/[\\`*{}[\]<>()+!|~$&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/gu, "\\$&")
    .replace(/^#/u, "\\#")
    .replace(/^-/u, "\\-")
    .replace(/^(\d+)\./u, "$1\\.")
    .replace(/@|#(?=\d)|\bGH-(?=\d)/giu, "$&<!-- -->");
}

/** Text as code, which no mark-up, HTML or mention gets out of: its fence is longer than any within. */
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

/** What one reads a timeline for. */
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

/** For a pull request: a heading, what one wants to know, and the timeline folded away. */
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
