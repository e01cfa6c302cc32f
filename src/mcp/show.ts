import type { Context } from "../context.ts";
import { type Digest, writtenSummary } from "../digest/digest.ts";
import { UserError } from "../errors.ts";
import { ALL_MACHINES } from "../machines/choose.ts";
import { wasPulled } from "../machines/pulled.ts";
import { withStores } from "../machines/stores.ts";
import type { ProjectFilter } from "../projects/sql.ts";
import { LAST, MIN_PREFIX } from "../sessions/which.ts";
import { type ShownSession, showSession } from "../show/show.ts";
import { titleOf } from "../store/rows.ts";
import { eventWord } from "../text/event-words.ts";
import { shortPaths } from "../text/paths.ts";
import { counted } from "../text/text.ts";
import { Budget, SHOW_BYTES } from "./budget.ts";
import { Declined, UnknownId } from "./explain.ts";
import { BAR, inQuotes, LEAD, minute, stored, word } from "./fence.ts";
import { eventsFrom, type NumberedEvent, ownByPrefix } from "./sql.ts";

/** What an agent asks `show_session`. */
export interface Wished {
  readonly id: string;
  readonly from?: number | undefined;
  readonly bytes?: number | undefined;
}

const MOST_FILES = 15;
const LINE_CHARS = 240;
/** How much of the first event is shown where there is less room. */
const SHORTER_CHARS = [100, 30, 8];
/** An event that stands alone may be longer. */
const ALONE_CHARS = 4000;
const SUMMARY_CHARS = 1500;
/** The room for the line that tells how to go on. */
const RESERVE = 100;
/** So many events are read at a time. */
const CHUNK = 100;

function head({ session, shortId, details, state, eventCount, agentName }: ShownSession): string {
  const { startedLocal, endedLocal } = details;
  const until = endedLocal === null ? "" : ` to ${minute(endedLocal)}`;
  const agent = agentName ?? session.agentId;
  const times = `${minute(startedLocal)}${until}`;
  return `session ${word(shortId)} ${inQuotes(agent, 32)} ${times} (${state}), ${counted(eventCount, "event")}`;
}

function rootOf({ details }: ShownSession): string | null {
  return details.root ?? details.cwd;
}

function files({ files: touched }: Digest, root: string | null): string[] {
  const lines = touched.slice(0, MOST_FILES).map((file) => {
    const verb = file.changed > 0 ? "changed" : file.read > 0 ? "read" : "touched";
    return `${BAR}${verb} ${stored(shortPaths(file.path, { root, home: undefined }), LINE_CHARS)}`;
  });
  const more = touched.length - lines.length;
  return more > 0 ? [...lines, `${BAR}and ${counted(more, "more file")}`] : lines;
}

function above(shown: ShownSession): string[] {
  const summary = writtenSummary(shown.session.summary);
  const title = titleOf(shown.session);
  return [
    ...(title === null ? [] : [`${BAR}title: ${stored(title, LINE_CHARS)}`]),
    ...(summary === null ? [] : [`${BAR}summary: ${stored(summary, SUMMARY_CHARS)}`]),
    ...files(shown.digest, rootOf(shown)),
  ];
}

/** One event on a line, with the day where it is another one than before. */
function line(event: NumberedEvent, day: string, root: string | null, chars: number): string {
  const { number, type, local, content, error } = event;
  const at = minute(local);
  const time = at.startsWith(`${day} `) ? at.slice(day.length + 1) : at;
  const text = error === null ? content : `${content} — ${error}`;
  const short = shortPaths(text, { root, home: undefined });
  return `${BAR}#${number} ${time} ${stored(eventWord(type), 40)}: ${stored(short, chars)}`;
}

/** Reads the events from a number on, some at a time. */
type Read = (from: number, count: number) => Promise<readonly NumberedEvent[]>;

interface Stretch {
  readonly from: number;
  /** The event of which something is shown in any case. */
  readonly first: number | null;
  readonly total: number;
  readonly root: string | null;
  readonly day: string;
}

/** Adds events while they fit, and returns the number of the first that didn't; null if all did. */
async function addEvents(
  budget: Budget,
  read: Read,
  { from, first, total, root, day }: Stretch,
): Promise<number | null> {
  let today = day;
  for (let next = from; next <= total; ) {
    const events = await read(next, CHUNK);
    for (const event of events) {
      // The last line needs no room where nothing is left.
      const reserve = event.number === total ? 0 : RESERVE;
      const takes = (chars: number) => budget.takes([line(event, today, root, chars)], reserve);
      const isShown = takes(LINE_CHARS) || (event.number === first && SHORTER_CHARS.some(takes));
      if (!isShown) return event.number;
      today = minute(event.local).split(" ", 1)[0] ?? today;
    }
    if (events.length === 0) return null;
    next += events.length;
  }
  return null;
}

interface Page {
  readonly from: number;
  readonly bytes: number;
}

async function page(shown: ShownSession, read: Read, { from, bytes }: Page): Promise<string> {
  const total = shown.eventCount;
  const root = rootOf(shown);
  const budget = new Budget(bytes);
  const day = minute(shown.details.startedLocal).split(" ", 1)[0] ?? "";
  budget.takes([LEAD, head(shown)]);
  if (from === 1) for (const each of above(shown)) budget.takes([each], bytes / 3);
  const [alone] = bytes <= ALONE_CHARS && from > 1 ? await read(from, 1) : [];
  const takesLong =
    alone !== undefined && budget.takes([line(alone, day, root, ALONE_CHARS)], RESERVE);
  const stretch = takesLong ? { from: from + 1, first: null } : { from, first: from };
  const left = await addEvents(budget, read, { ...stretch, total, root, day });
  if (left !== null) {
    const id = JSON.stringify(shown.shortId);
    budget.takes([`… ${total - left + 1} more: show_session {"id":${id},"from":${left}}`]);
  }
  if (from > total && total > 0) budget.takes([`There are only ${counted(total, "event")}.`]);
  return budget.text();
}

/** So many ids are told where several begin alike. */
const MAX_ALIKE = 4;

/**
 * The id that the beginning of one means among a project's sessions: those of others are nobody's business.
 * @throws Declined where none begins so, or several do
 */
async function ownId(ctx: Context, id: string, only: ProjectFilter): Promise<string> {
  const store = await ctx.store();
  const alike = (await store.read(({ db }) => ownByPrefix(db, only, id, MAX_ALIKE + 1))) ?? [];
  const [first, ...others] = alike;
  if (alike.includes(id)) return id;
  if (first === undefined || id.length < MIN_PREFIX) {
    throw new UnknownId(
      `no session of this project has the id ${word(id)}`,
      "search_sessions {} lists ids",
    );
  }
  if (others.length === 0) return first;
  const listed = alike.slice(0, MAX_ALIKE).map(word).join(", ");
  const more = alike.length > MAX_ALIKE ? ", …" : "";
  throw new Declined(
    `several session ids start with ${word(id)}: ${listed}${more}`,
    "give more characters of the id",
  );
}

/**
 * Looks up a session that an agent names.
 * @param only the project of which it has to be; undefined for any
 * @throws UserError `session_not_found`, `session_ambiguous`; Declined
 */
export async function withNamed(
  ctx: Context,
  id: string,
  only: ProjectFilter | undefined,
  work: (shown: ShownSession) => Promise<void>,
): Promise<void> {
  // Which session is the last one isn't the asker's business: it may be of another project.
  if (id === LAST)
    throw new Declined('no session has the id "last"', "search_sessions {} lists ids");
  const meant = only === undefined ? id : await ownId(ctx, id, only);
  await showSession(ctx, meant, work);
}

/**
 * Shows a session, and its events from a number on.
 * @param only the project whose sessions may be shown; undefined for all
 * @throws UserError `session_not_found`, `session_ambiguous`; Declined
 */
async function readSession(
  ctx: Context,
  { id, from = 1, bytes = SHOW_BYTES.usual }: Wished,
  only: ProjectFilter | undefined,
): Promise<string> {
  let text = "";
  const store = await ctx.store();
  await withNamed(ctx, id, only, async (shown) => {
    const read: Read = async (start, count) =>
      (await store.read(({ db }) => eventsFrom(db, shown.session.id, start, count))) ?? [];
    text = await page(shown, read, { from, bytes });
  });
  return text;
}

function isUnknown(error: unknown): boolean {
  return (
    error instanceof UnknownId || (error instanceof UserError && error.code === "session_not_found")
  );
}

/**
 * The same of a session of this machine or, where it has no such one, of another whose sessions were pulled.
 * @param onlyFor the project whose sessions of a store may be shown; undefined for all
 */
export async function readAnywhere(
  ctx: Context,
  wished: Wished,
  onlyFor: (from: Context) => Promise<ProjectFilter | undefined>,
): Promise<string> {
  try {
    return await readSession(ctx, wished, await onlyFor(ctx));
  } catch (error) {
    if (!isUnknown(error) || !(await wasPulled(ctx))) throw error;
    return await withStores(ctx, ALL_MACHINES, async (stores) => {
      const others = stores.find(({ machines }) => machines?.areOthers === true);
      if (others === undefined) throw error;
      return await readSession(others.ctx, wished, await onlyFor(others.ctx));
    });
  }
}
