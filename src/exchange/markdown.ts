import { version } from "../../package.json" with { type: "json" };
import { formatLength } from "../text/duration.ts";
import { eventWord } from "../text/event-words.ts";
import { redact } from "../text/redact.ts";
import { counted, escapeControls, firstChars } from "../text/text.ts";
import { describeCost, describeTokens } from "../usage/text.ts";
import type { ExportFormat } from "./export.ts";
import {
  type EventFacts,
  eventFacts,
  howLong,
  inTree,
  type LocalTimes,
  type SessionFacts,
  sessionFacts,
  timeOf,
  whatHappened,
  whenAndHow,
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

/** `(4s)`, or nothing for what took no time worth telling. */
function took({ durationMs }: EventFacts): string {
  return durationMs === null || durationMs < 1000 ? "" : ` (${formatLength(durationMs)})`;
}

/** What people and models say is prose; the rest is code. */
function textOf(type: string, content: string): string {
  if (type === "prompt") return ` **${plain(content)}**`;
  return type === "assistant" ? `: ${plain(content)}` : ` ${code(content)}`;
}

function eventLine(facts: EventFacts, clock: LocalTimes): string {
  const { type, content, createdAt, tool, error, model } = facts;
  const ms = timeOf(createdAt);
  const time = ms === null ? "?" : clock.local(ms).slice(11, 16);
  const isPrompt = type === "prompt";
  const by = model === null ? "" : ` (${model})`;
  const called = isPrompt ? "" : ` ${plain(`${tool ?? eventWord(type)}${by}`)}`;
  const name = type === "error" ? ` **failed**${called}` : called;
  const text = textOf(type, folded(content));
  const reason = error === null ? "" : ` — ${plain(folded(error))}`;
  const line = `${isPrompt ? "\n" : ""}- ${plain(time)}${name}${text}${reason}${took(facts)}`;
  return `${line.trimEnd()}\n`;
}

const MOST_FILES = 20;

function filesOf(session: StoredSession): string[] {
  const changed = session.digest().files.filter((file) => file.changed > 0);
  if (changed.length === 0) return [];
  const pathOf = inTree(session);
  const paths = changed.slice(0, MOST_FILES).map(({ path }) => code(redact(pathOf(path))));
  const more = changed.length > MOST_FILES ? `, and ${changed.length - MOST_FILES} more` : "";
  return [`- Changed: ${paths.join(", ")}${more}`];
}

function failuresOf(session: StoredSession, clock: LocalTimes): string[] {
  const { failures } = session.outline();
  if (failures.length === 0) return [];
  const pathOf = inTree(session);
  const lines = failures.map(({ at, text }) => {
    const time = at === null ? "?" : clock.local(at).slice(11, 16);
    return `- ${time} ${code(folded(redact(pathOf(text))))}`;
  });
  return ["", "Failed:", "", ...lines];
}

function spentOn(session: StoredSession, { agent }: SessionFacts): string[] {
  const usage = session.spent();
  if (usage === null) return [];
  const cost = describeCost(usage, agent);
  return [`- Tokens: ${describeTokens(usage)}`, `- Cost: ${plain(redact(cost))}`];
}

function heading(session: StoredSession, clock: LocalTimes): string {
  const facts = sessionFacts(session);
  const where = [facts.project, facts.branch].filter((part) => part !== null).map(code);
  const length = howLong(session, facts);
  const happened = whatHappened(session, facts);
  const lines = [
    `## ${plain(facts.title ?? `Session of ${facts.agent}`)}`,
    ...(happened === "" ? [] : ["", plain(folded(happened))]),
    "",
    `- Agent: ${plain(facts.agent)}${facts.model === null ? "" : `, ${code(facts.model)}`}`,
    ...(session.machine === null ? [] : [`- Machine: ${plain(session.machine.name)}`]),
    ...(where.length > 0 ? [`- Project: ${where.join(", branch ")}`] : []),
    `- Time: ${plain(whenAndHow(session, facts, clock))}${length === null ? "" : `; ${plain(length)}`}`,
    ...spentOn(session, facts),
    ...filesOf(session),
    `- Session: ${code(facts.id)}`,
    ...(facts.forkOf === null ? [] : [`- Fork of: ${code(facts.forkOf)}`]),
    ...failuresOf(session, clock),
  ];
  return `${lines.join("\n")}\n`;
}

/** `Timeline: 3 prompts, 12 tools, 1 failed` */
function timelineLine(session: StoredSession): string {
  const { prompts, toolCalls, failures } = session.digest();
  const parts = [
    prompts > 0 && counted(prompts, "prompt"),
    toolCalls > 0 && counted(toolCalls, "tool"),
    failures > 0 && `${failures} failed`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? "Timeline" : `Timeline: ${parts.join(", ")}`;
}

/** Markdown for a pull request: a heading, the facts, what failed, and the timeline collapsed. */
export function markdown(_: string, clock: LocalTimes): ExportFormat {
  let isFirst = true;
  let opening = "";
  let hasEvents = false;
  return {
    begin: () => [],
    session: (session) => {
      const gap = isFirst ? "" : "\n";
      isFirst = false;
      hasEvents = false;
      opening = `\n<details><summary>${timelineLine(session)}</summary>\n`;
      return `${gap}${heading(session, clock)}`;
    },
    event: (stored, session) => {
      const facts = eventFacts(stored, session);
      if (facts.type === "turn_end" && facts.content === "") return "";
      const lead = hasEvents ? "" : `${opening}${facts.type === "prompt" ? "" : "\n"}`;
      hasEvents = true;
      return `${lead}${eventLine(facts, clock)}`;
    },
    endSession: () => (hasEvents ? "\n</details>\n" : ""),
    end: () => `\n<sub>Made with mm ${version}</sub>\n`,
  };
}
