import { AGENTS } from "../../agents/agents.ts";
import { IDLE_MS } from "../../states/state.ts";
import type { Connection } from "../../store/connection.ts";
import { deleteEvents, repeatedEvents } from "../../store/history/events.ts";
import { endByTranscript, readAgain } from "../../store/history/retold.ts";
import {
  fillSession,
  findToldSession,
  resetStart,
  sessionIdOf,
  type ToldSession,
} from "../../store/history/sessions.ts";
import { hiddenId, setHidden, sumsUntil } from "../../store/history/usage.ts";
import { agentProcessOf } from "../../store/rows.ts";
import { moveStart, recount, reopen } from "../../store/sessions.ts";
import type { View } from "../../store/store.ts";
import type { UsageRow } from "../../store/tables.ts";
import { countsEvents } from "../../text/summary.ts";
import { toTimestamp } from "../../text/time.ts";
import { safeModel } from "../rows/content.ts";
import { factsOf } from "../rows/rows.ts";
import type { Needs, SessionTake, Taking } from "./take.ts";
import { entitle } from "./titles.ts";

/** An agent writes down at once what it is told; if a pass was faster, the next one stores it. */
const WRITTEN_MS = 2000;
/** An agent may still write down what happened in so short a time after it has called a session ended. */
const AFTER_END_MS = 5000;

const COUNTED = ["input", "cache_read", "cache_write_5m", "cache_write_1h", "output"] as const;

/** What the agent has counted beyond the calls that left a line, by model; null where nothing was read of that. */
function hiddenCalls(
  db: Connection,
  agent: string,
  id: string,
  take: SessionTake,
): UsageRow[] | null {
  const { totals } = take.session;
  if (totals === null) return null;
  const sums = new Map(sumsUntil(db, id, totals.at).map((row) => [row.model, row]));
  const rows: UsageRow[] = [];
  for (const [name, told] of totals.models) {
    const model = safeModel(name);
    const known = sums.get(model);
    const left = {
      input: told.input - (known?.input ?? 0),
      cache_read: told.cacheRead - (known?.cache_read ?? 0),
      cache_write_5m: told.cacheWrite5m - (known?.cache_write_5m ?? 0),
      cache_write_1h: told.cacheWrite1h - (known?.cache_write_1h ?? 0),
      output: told.output - (known?.output ?? 0),
    };
    for (const each of COUNTED) left[each] = Math.max(0, left[each]);
    const isEmpty = told.cost === 0 && COUNTED.every((each) => left[each] === 0);
    if (isEmpty) continue;
    rows.push({
      client: agent,
      call_id: hiddenId(take.externalId, model),
      session_id: id,
      at_ms: totals.at,
      model,
      ...left,
      reasoning: 0,
      calls: 0,
      is_fast: 0,
      hidden: 1,
      cost_told: told.cost > 0 ? told.cost : null,
    });
  }
  return rows;
}

/**
 * A session begins with its first event, also if a hook has told a later start, as of one that was resumed. As long as
 * a transcript doesn't tell that it is a fork's, what is earlier may turn out to be its parent's.
 */
function startAtFirst(
  db: Connection,
  { id, started, parent, startedAt }: ToldSession,
  { first, hasDropped, droppedAt, copiedFrom, session }: SessionTake,
): void {
  if (first === null) return;
  const mayBeParents =
    hasDropped || copiedFrom !== null || (parent !== null && session.parent === null);
  // A start that is a copy's is no hook's.
  const isCopys = droppedAt !== null && startedAt === toTimestamp(new Date(droppedAt));
  if (started !== 1 || isCopys) (hasDropped ? resetStart : moveStart)(db, id, first);
  else if (!mayBeParents) moveStart(db, id, first);
}

/**
 * Ends a session that nobody has ended and in which nothing happens any more, at its last line.
 * @returns whether it has, which counts the session's events
 */
function endAtLast(
  db: Connection,
  told: ToldSession,
  take: SessionTake,
  now: number,
  mayEnd: boolean,
): boolean {
  const last = Math.max(take.last ?? 0, told.lastEventAt ?? 0);
  const toldEnd = take.session.endedAt ?? 0;
  const at = Math.max(last, toldEnd);
  const isByTranscript = told.endedBy === "transcript";
  if (told.endedAt !== null && !isByTranscript) return false;
  if (isByTranscript && (told.endedMs ?? 0) >= at) return false;
  // What its agent calls ended needs no silence, unless it goes on.
  const isOver = last - toldEnd <= AFTER_END_MS || now - at > IDLE_MS;
  if (isOver && mayEnd) {
    endByTranscript(db, told.id, at, told.keepsSummary === 1);
    return true;
  }
  // Only its transcript had ended it, and that goes on.
  if (isByTranscript) reopen(db, told.id, told.summary, told.keepsSummary === 1);
  return false;
}

/** Counts again what an automatic summary counted before the transcript added events. */
function renewSummary(db: Connection, agentId: string, externalId: string): void {
  const told = findToldSession(db, agentId, externalId);
  if (told === null || told.endedAt === null || told.keepsSummary === 1) return;
  if (told.summary === null || countsEvents(told.summary)) recount(db, told.id);
}

/**
 * Deletes what hooks have told once more: an agent has written down by now what happened.
 * @returns whether some of it is too new to tell
 */
function dropRepeated(db: Connection, id: string, take: SessionTake, now: number): boolean {
  const repeated = repeatedEvents(db, id);
  const old = repeated.filter(({ at }) => now - at > WRITTEN_MS).map((event) => event.id);
  deleteEvents(db, old);
  take.isChanged ||= old.length > 0;
  return old.length < repeated.length;
}

/** What was found out about a session before the last transaction. */
interface Before {
  readonly now: number;
  /** Whether its agent's process can't be running any more, as far as anybody can tell. */
  readonly mayEnd: boolean;
}

/** Whether the agent of a stored session may be taken for gone. */
export async function mayBeOver(
  { agentProcesses }: Pick<Needs, "agentProcesses">,
  told: ToldSession | null,
): Promise<boolean> {
  const process = told === null ? null : agentProcessOf({ ...told });
  return process === null || (await agentProcesses.isGone(process));
}

/** Stores what the transcript tells of the session as a whole, inside the caller's transaction. */
function complete(
  db: Connection,
  take: SessionTake,
  { source, settings }: Taking,
  { now, mayEnd }: Before,
): void {
  const { agent } = source;
  const { agentId } = AGENTS[agent];
  const told = findToldSession(db, agentId, take.externalId);
  if (told === null || take.last === null) return;
  const facts = factsOf(take.session);
  const { parent } = take.session;
  const known = parent === null ? null : sessionIdOf(db, agentId, parent);
  const { copiedFrom } = take;
  fillSession(db, told.id, { ...facts, parent: known, copiedFrom }, take.last);
  startAtFirst(db, told, take);
  entitle(db, told, take, settings.capture !== "none");
  const { id } = told;
  const { externalId } = take;
  const hidden = hiddenCalls(db, agent, id, take);
  const isToSet = hidden !== null && (!take.isOwn || hidden.length > 0);
  // One that this pass has made has none so far.
  if (isToSet) setHidden(db, { id, agent, externalId }, hidden);
  const isCounted = endAtLast(db, told, take, now, mayEnd);
  if (take.isChanged && !isCounted) renewSummary(db, agentId, externalId);
}

/**
 * Stores what the transcript tells of a session as a whole, behind all of its parts.
 * @param note notes its files, in the same transaction
 */
export async function finishSession(
  ctx: Needs,
  taking: Taking,
  take: SessionTake,
  note: (db: Connection) => void,
): Promise<void> {
  const { store, batch, source } = taking;
  const { agentId } = AGENTS[source.agent];
  // To open another connection takes longer than all that is to be done.
  const told = await store.withWriter((db) => findToldSession(db, agentId, take.externalId));
  // What hooks tell meanwhile is as new as it was then.
  const before = { now: taking.from, mayEnd: await mayBeOver(ctx, told) };
  const write = ({ db }: View) => {
    const { id } = take;
    const waits = id !== null && !take.isCut && dropRepeated(db, id, take, before.now);
    if (id !== null) complete(db, take, taking, before);
    note(db);
    if (waits) readAgain(db, id);
  };
  await batch.add(source.key, 1, write, () => take.order());
}
