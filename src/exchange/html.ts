import { formatAge } from "../text/duration.ts";
import { counted, escapeControls, firstChars } from "../text/text.ts";
import type { ExportFormat, SessionList, Totals } from "./export.ts";
import {
  type EventFacts,
  eventFacts,
  type SessionFacts,
  sessionFacts,
  timeOf,
  utcMinute,
  workedUntil,
} from "./facts.ts";
import { Picture } from "./html-picture.ts";

/** Longer lines are collapsed. */
const LINE_CHARS = 200;

/** The page is written before everything is known, so CSS sets the order of its parts. */
const STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1c2128; --dim: #59636e; --line: #d8dee4; --link: #0a58ca;
  --prompts: #2563eb; --tools: #1a7f5a; --errors: #cf222e; --subagents: #8250df; --other: #6e7781; }
@media (prefers-color-scheme: dark) { :root { --back: #14171c; --text: #e4e8ee; --dim: #9aa5b1; --line: #343b45; --link: #7ab0ff;
  --prompts: #6ea8ff; --tools: #4cc38a; --errors: #ff7b7b; --subagents: #c49bff; --other: #9aa5b1; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; display: flex; flex-direction: column; background: var(--back); color: var(--text); }
h1 { order: -2; font-size: 1.1rem; margin: 0; color: var(--dim); font-weight: 600; }
nav { order: -1; font-size: .9rem; color: var(--dim); }
nav p { margin: 0; }
a { color: var(--link); }
section { display: flex; flex-direction: column; border-top: 1px solid var(--line); margin-top: 1.5rem; min-width: 0; }
section > * { order: 1; }
section > figure { order: 0; margin: .75rem 0; overflow-x: auto; }
section > header { order: -1; }
h2 { font-size: 1.35rem; line-height: 1.3; margin: 1.2rem 0 .4rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: .5rem 0; }
dt, time { color: var(--dim); }
dd { margin: 0; overflow-wrap: anywhere; }
ol { list-style: none; margin: .5rem 0; padding: 0; }
section li { display: grid; grid-template-columns: 3rem 8.5rem minmax(0, 1fr); gap: .75rem; border-bottom: 1px solid var(--line); padding: .2rem 0; }
b { font-weight: 400; overflow-wrap: anywhere; }
.prompt b { color: var(--prompts); font-weight: 600; } .error b { color: var(--errors); font-weight: 600; } .prompt code { font-weight: 600; }
code, pre { font: 13px/1.55 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; margin: 0; }
summary { cursor: pointer; }
pre { border-left: 3px solid var(--line); padding-left: .75rem; margin-top: .3rem; }
svg { width: 100%; min-width: 44rem; height: auto; display: block; }
svg text { font: 11px system-ui, sans-serif; fill: var(--dim); }
svg line { stroke: var(--line); }
.prompts { fill: var(--prompts); } .tools { fill: var(--tools); } .errors { fill: var(--errors); } .subagents { fill: var(--subagents); } .other { fill: var(--other); }
@media (max-width: 40rem) {
  body { margin: 1rem auto; }
  section li { grid-template-columns: 3rem minmax(0, 1fr); gap: 0 .75rem; }
  section li > :nth-child(3) { grid-column: 1 / -1; }
}
`;

/** Allows nothing but the styles above, by their hash: no scripts, no images, no requests. */
function policy(): string {
  const hash = new Bun.CryptoHasher("sha256").update(STYLE).digest("base64");
  return `default-src 'none'; style-src 'sha256-${hash}'`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes text for an element or an attribute. `lines` keeps line breaks and tabs. */
function escapeHtml(text: string, lines = false): string {
  const safe = lines
    ? text.replace(/[^\n\t]+/gu, (run) => escapeControls(run))
    : escapeControls(text);
  return safe.replace(/[&<>"']/gu, (char) => ENTITIES[char] ?? "");
}

function field(name: string, value: string | null): string {
  return value === null ? "" : `<dt>${name}</dt><dd>${escapeHtml(value)}</dd>`;
}

function titleOf(facts: SessionFacts): string {
  return facts.title ?? `Session of ${facts.agent}`;
}

function lasted({ startedAt, endedAt, isStale }: SessionFacts, until: number | null): string {
  if (endedAt === null) return "still active";
  const from = timeOf(startedAt);
  const ended = utcMinute(endedAt);
  if (from === null || until === null) return ended;
  return `${ended}, ${isStale ? "stale: silent " : ""}after ${formatAge(until - from)}`;
}

function header(facts: SessionFacts, until: number | null, anchor: string): string {
  const fields = [
    field("Agent", facts.agent),
    field("Model", facts.model),
    field("Project", facts.project),
    field("Branch", facts.branch),
    field("Started", utcMinute(facts.startedAt)),
    field("Ended", lasted(facts, until)),
    field("Reason", facts.endReason),
    field("Session", facts.id),
    field("Summary", facts.summary),
  ];
  return `<section id="${anchor}"><header><h2>${escapeHtml(titleOf(facts))}</h2><dl>${fields.join("")}</dl></header><ol>\n`;
}

const MARKED = ["prompt", "error"];

function row({ type, content, createdAt }: EventFacts): string {
  const time = timeOf(createdAt) === null ? "" : utcMinute(createdAt).slice(11, 16);
  const isShort = content.length <= LINE_CHARS && !content.includes("\n");
  const first = () => firstChars(content.split("\n", 1)[0] ?? "", LINE_CHARS);
  const body = isShort
    ? `<code>${escapeHtml(content)}</code>`
    : `<details><summary><code>${escapeHtml(first())}…</code></summary><pre>${escapeHtml(content, true)}</pre></details>`;
  const mark = MARKED.includes(type) ? ` class="${type}"` : "";
  return `<li${mark}><time title="${escapeHtml(createdAt)}">${time}</time><b>${escapeHtml(type)}</b>${body}</li>\n`;
}

function entry(facts: SessionFacts, anchor: string): string {
  return `<li><a href="#${anchor}">${escapeHtml(titleOf(facts))}</a> ${escapeHtml(facts.agent)}, ${escapeHtml(utcMinute(facts.startedAt))}</li>\n`;
}

function pictureOf(facts: SessionFacts, until: number | null): Picture | null {
  const from = timeOf(facts.startedAt);
  return from === null ? null : new Picture(from, Math.max(from, until ?? from));
}

const anchor = (number: number) => `s${number}`;

/** The totals and, for more than one session, links to them. */
function contents({ sessions, events }: Totals, exportedAt: string): SessionList {
  const isLong = sessions > 1;
  let listed = 0;
  return {
    begin: () =>
      `<nav><p>${counted(sessions, "session")}, ${counted(events, "event")}, exported ${escapeHtml(utcMinute(exportedAt))}</p>${isLong ? "<ol>\n" : ""}`,
    entry: (session) => (isLong ? entry(sessionFacts(session), anchor(++listed)) : ""),
    end: () => `${isLong ? "</ol>" : ""}</nav>`,
  };
}

/**
 * A self-contained page. The picture and the number of sessions are known only after the events, so they
 * are written after them; CSS shows them first.
 */
export function html(exportedAt: string): ExportFormat {
  let sessions = 0;
  let picture: Picture | null = null;
  return {
    begin: () =>
      `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy()}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width"><title>Agent sessions</title><style>${STYLE}</style></head><body><h1>Agent sessions</h1>\n`,
    session: (session) => {
      const facts = sessionFacts(session);
      const until = workedUntil(session, facts);
      picture = pictureOf(facts, until);
      return header(facts, until, anchor(++sessions));
    },
    event: (stored, session) => {
      const facts = eventFacts(stored, session);
      const at = timeOf(facts.createdAt);
      if (at !== null) picture?.add(facts.type, at);
      return row(facts);
    },
    endSession: () => `</ol>${picture?.render() ?? ""}</section>\n`,
    list: (totals) => contents(totals, exportedAt),
    end: () => "</body></html>\n",
  };
}
