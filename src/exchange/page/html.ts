import { version } from "../../../package.json" with { type: "json" };
import type { TouchedFile } from "../../digest/touched-file.ts";
import type { StoredRecord } from "../../store/stored-rows.ts";
import { formatLength } from "../../text/duration.ts";
import { eventWord } from "../../text/event-words.ts";
import { formatCount } from "../../text/figures/figures.ts";
import { redact } from "../../text/redact.ts";
import { counted, firstChars } from "../../text/text.ts";
import { describeCost } from "../../usage/text.ts";
import type { Contents, ExportFormat } from "../export.ts";
import {
  clockMinute,
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
  workedUntil,
} from "../facts.ts";
import type { SessionOutline, Turn } from "../outline.ts";
import type { StoredSession } from "../record.ts";
import { escapeHtml } from "./escape.ts";
import { Picture } from "./picture.ts";
import { policy, STYLE } from "./style.ts";

/** Longer texts are collapsed. */
const LINE_CHARS = 200;
const PROMPT_CHARS = 1500;
const MOST_FILES = 50;
/** More files than this are collapsed. */
const OPEN_FILES = 8;

function titleOf(facts: SessionFacts): string {
  return facts.title ?? `Session of ${facts.agent}`;
}

/** `Claude Code · claude-opus-5-5 · shop-api@main · 37m (25m active) · 67.9k tokens · $0.05` */
function factsLine(session: StoredSession, facts: SessionFacts): string {
  const { agent, model, project, branch } = facts;
  const place = project === null ? null : `${project}${branch === null ? "" : `@${branch}`}`;
  const usage = session.spent();
  const tokens = usage === null ? null : `${formatCount(usage.total)} tokens`;
  const cost =
    usage === null ? null : redact(describeCost(usage, agent).replace(/^unknown/u, "cost unknown"));
  const parts = [agent, model, place, howLong(session, facts), tokens, cost];
  return parts
    .filter((part) => part !== null)
    .map((part) => escapeHtml(part))
    .join(" · ");
}

function effects({ changed, read, other, failed }: TouchedFile): string {
  const told = [
    changed > 0 && `${changed} changed`,
    read > 0 && `${read} read`,
    other > 0 && `${other} other`,
    failed > 0 && `${failed} failed`,
  ];
  return told.filter((part) => part !== false).join(", ");
}

function filesOf(session: StoredSession): string {
  const { files } = session.digest();
  if (files.length === 0) return "";
  const pathOf = inTree(session);
  const items = files.slice(0, MOST_FILES).map((file) => {
    return `<li><code>${escapeHtml(redact(pathOf(file.path)))}</code> ${effects(file)}</li>`;
  });
  const more = files.length > MOST_FILES ? `<li>and ${files.length - MOST_FILES} more</li>` : "";
  const changed = files.filter((file) => file.changed > 0).length;
  const open = files.length <= OPEN_FILES ? " open" : "";
  return `<details class="files"${open}><summary>${counted(files.length, "file")}${changed > 0 ? `, ${changed} changed` : ""}</summary><ul>${items.join("")}${more}</ul></details>\n`;
}

function pictureOf(session: StoredSession, facts: SessionFacts, clock: LocalTimes): string {
  const from = timeOf(facts.startedAt);
  if (from === null) return "";
  const until = workedUntil(session, facts) ?? from;
  const picture = new Picture(from, Math.max(from, until), (ms) => clock.local(ms));
  for (const { type, at } of session.outlineEvents()) {
    if (at !== null && type !== "turn_end") picture.add(type, at);
  }
  return picture.render();
}

function header(session: StoredSession, clock: LocalTimes, id: string, isOne: boolean): string {
  const facts = sessionFacts(session);
  const name = isOne ? "h1" : "h2";
  const happened = whatHappened(session, facts);
  const did = happened === "" ? "" : `<p class="did">${escapeHtml(happened)}</p>`;
  const fork = facts.forkOf === null ? "" : ` · fork of ${escapeHtml(facts.forkOf)}`;
  const { machine } = session;
  const on = machine === null ? "" : ` · on ${escapeHtml(machine.name)}`;
  const up = isOne ? "" : `<a class="up" href="#top">All sessions</a>`;
  return `<section id="${id}"><header><${name}>${escapeHtml(titleOf(facts))}</${name}><p class="facts">${factsLine(session, facts)}</p><p class="facts">${escapeHtml(whenAndHow(session, facts, clock))} · session ${escapeHtml(facts.id)}${on}${fork}</p>${did}${up}</header>\n${pictureOf(session, facts, clock)}${filesOf(session)}`;
}

function timeTag({ createdAt }: EventFacts, clock: LocalTimes): string {
  const ms = timeOf(createdAt);
  const shown = ms === null ? "" : clock.local(ms).slice(11, 16);
  return `<time title="${escapeHtml(createdAt)}">${shown}</time>`;
}

/** A text, or its first line with the rest collapsed. */
function collapsible(text: string, tag: "code" | "span", most: number): string {
  if (text.length <= most && (tag === "span" || !text.includes("\n"))) {
    return `<${tag}>${escapeHtml(text, tag === "span")}</${tag}>`;
  }
  const first = firstChars(text.split("\n", 1)[0] ?? "", LINE_CHARS);
  return `<details><summary><${tag}>${escapeHtml(first)}…</${tag}></summary><pre>${escapeHtml(text, true)}</pre></details>`;
}

function row(facts: EventFacts, clock: LocalTimes): string {
  const { type, content, tool, error, durationMs, model } = facts;
  const isError = type === "error";
  const reason = error === null ? "" : `<i>${escapeHtml(error, true)}</i>`;
  const took = durationMs === null || durationMs < 1000 ? "" : formatLength(durationMs);
  const by = model === null ? "" : ` (${model})`;
  const name = `<b>${escapeHtml(`${tool ?? eventWord(type)}${by}`)}</b>`;
  const text =
    type === "assistant"
      ? collapsible(content, "span", PROMPT_CHARS)
      : collapsible(content, "code", LINE_CHARS);
  return `<li class="${isError ? "error" : type === "assistant" ? "answer" : ""}">${timeTag(facts, clock)}${name}<div>${text}${reason}</div><time>${took}</time></li>\n`;
}

function answer({ content, model }: EventFacts): string {
  const by = model === null ? "" : `<p class="facts">${escapeHtml(model)}</p>`;
  return `<div class="said">${by}${collapsible(content, "span", PROMPT_CHARS)}</div>`;
}

/** `12 tools, 1 failed, 3m 20s` */
function turnLine({ calls, failed, others, ms }: Turn): string {
  const parts = [
    calls > 0 && counted(calls, "tool"),
    failed > 0 && `<span class="failed">${failed} failed</span>`,
    calls === 0 && counted(others, "event"),
    ms >= 1000 && formatLength(ms),
  ];
  return parts.filter((part) => part !== false).join(", ");
}

/** Writes the events of one session, folded by turns; those with failures are open. */
class Turns {
  readonly #turns: readonly Turn[];
  readonly #clock: LocalTimes;
  #at = 0;
  #hasTurn = false;
  #hasRows = false;
  /** The last event, if it is an answer: the one that ends a turn isn't folded. */
  #answer: EventFacts | null = null;

  constructor({ turns }: SessionOutline, clock: LocalTimes) {
    this.#turns = turns;
    this.#clock = clock;
  }

  event(facts: EventFacts): string {
    if (facts.type === "prompt") return this.#prompt(facts);
    // That the turn is over says nothing here.
    if (facts.type === "turn_end" && facts.content === "") return "";
    const before = this.#answer === null ? "" : this.#row(this.#answer);
    this.#answer = facts.type === "assistant" ? facts : null;
    return this.#answer === null ? `${before}${this.#row(facts)}` : before;
  }

  #row(facts: EventFacts): string {
    return `${this.#opening()}${row(facts, this.#clock)}`;
  }

  close(): string {
    const rows = this.#hasRows ? "</ol></details>" : "";
    const said = this.#answer === null ? "" : `${this.#article()}${rows}${answer(this.#answer)}`;
    const text = this.#hasTurn ? `${said || rows}</article>\n` : "";
    this.#answer = null;
    this.#hasRows = false;
    this.#hasTurn = false;
    return text;
  }

  #prompt(facts: EventFacts): string {
    const closing = this.close();
    this.#at++;
    this.#hasTurn = true;
    const text = collapsible(facts.content, "span", PROMPT_CHARS);
    return `${closing}<article class="turn"><div class="prompt">${timeTag(facts, this.#clock)}${text}</div>\n`;
  }

  #article(): string {
    const article = this.#hasTurn ? "" : '<article class="turn">';
    this.#hasTurn = true;
    return article;
  }

  #opening(): string {
    const article = this.#article();
    if (this.#hasRows) return article;
    this.#hasRows = true;
    const turn = this.#turns[this.#at];
    const open = (turn?.failed ?? 0) > 0 || this.#turns.length === 1 ? " open" : "";
    const line = turn === undefined ? "" : turnLine(turn);
    return `${article}<details${open}><summary>${line || "events"}</summary><ol>`;
  }
}

const anchor = (number: number) => `s${number}`;

function entry(session: StoredSession, number: number, clock: LocalTimes): string {
  const facts = sessionFacts(session);
  const happened = whatHappened(session, facts);
  const when = clockMinute(facts.startedAt, clock);
  return `<li><a href="#${anchor(number)}">${escapeHtml(titleOf(facts))}</a><small>${escapeHtml(when)} · ${factsLine(session, facts)}</small>${happened === "" ? "" : `<small>${escapeHtml(firstChars(happened, LINE_CHARS))}</small>`}</li>\n`;
}

function head(title: string): string {
  return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy()}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>\n`;
}

function* contentsList({ totals, sessions }: Contents, clock: LocalTimes): Generator<string> {
  const count = `${counted(totals.sessions, "session")}, ${counted(totals.events, "event")}`;
  yield `${head("Agent sessions")}<header id="top"><h1>Agent sessions</h1><p class="facts">${count}</p></header><nav><ol>\n`;
  let number = 0;
  for (const session of sessions()) yield entry(session, ++number, clock);
  yield "</ol></nav>\n";
}

/** A self-contained page: an index if there are several sessions, then each with its turns. */
export function html(exportedAt: string, clock: LocalTimes): ExportFormat {
  let sessions = 0;
  let isOne = true;
  let turns: Turns | null = null;
  return {
    isNewestFirst: true,
    *begin(contents) {
      const { totals } = contents;
      isOne = totals.sessions === 1;
      if (!isOne) return yield* contentsList({ ...contents, totals }, clock);
      const [only] = contents.sessions();
      yield head(only === undefined ? "Agent session" : titleOf(sessionFacts(only)));
    },
    session: (session) => {
      turns = new Turns(session.outline(), clock);
      return header(session, clock, anchor(++sessions), isOne);
    },
    event: (stored: StoredRecord, session: StoredRecord) =>
      turns?.event(eventFacts(stored, session)) ?? "",
    endSession: () => `${turns?.close() ?? ""}</section>\n`,
    end: () => {
      const ms = timeOf(exportedAt);
      const zone = ms === null ? "" : ` ${clock.zone(ms)}`;
      return `<footer>Made with mm ${version}, ${escapeHtml(clockMinute(exportedAt, clock))}${zone}.</footer></body></html>\n`;
    },
  };
}
