import type { Connection } from "../../store/connection.ts";
import { deleteEvents, type StoredEvent, storedEventsAfter } from "../../store/history/events.ts";
import { resetStart, setParent } from "../../store/history/sessions.ts";
import { isUsageOnly } from "../../store/history/transcripts.ts";
import { firstCallBut, heldCalls, moveCalls, otherHolders } from "../../store/history/usage.ts";
import { identityOf } from "../rows/content.ts";
import type { PreparedPart } from "../rows/rows.ts";

/** A part without what another session owns. */
interface Settled extends PreparedPart {
  /** The session that it was copied from, or null. */
  readonly parent: string | null;
}

/** What another session has, and this one. */
interface Shared {
  readonly rows: ReadonlyMap<string, StoredEvent>;
  readonly calls: ReadonlySet<string>;
  /** When the other one first called a model by itself, where only its calls tell what it has; else null. */
  readonly firstCall: number | null;
}

function earliest(times: readonly number[]): number | null {
  return times.length === 0 ? null : Math.min(...times);
}

/**
 * Whether the other session owns what both have. The original is the one that has nothing else, or whose own part
 * begins earlier: a copy goes on later.
 */
function isOthers(part: PreparedPart, { rows, calls, firstCall }: Shared): boolean {
  const own = new Set(part.events.map(({ identity }) => identity));
  const mine = earliest([
    ...part.events.filter(({ identity }) => !rows.has(identity)).map(({ told }) => told.at),
    ...part.calls.filter(({ call_id }) => !calls.has(call_id)).map(({ at_ms }) => at_ms),
  ]);
  const others = [...rows].filter(([identity]) => !own.has(identity)).map(([, { at }]) => at);
  const theirs = earliest(others) ?? firstCall;
  if (theirs === null) return true;
  return mine !== null && theirs <= mine;
}

function without(
  part: PreparedPart,
  { rows, calls }: Pick<Shared, "rows" | "calls">,
): PreparedPart {
  return {
    ...part,
    events: part.events.filter(({ identity }) => !rows.has(identity)),
    calls: part.calls.filter(({ call_id }) => !calls.has(call_id)),
  };
}

/** Takes back from a copy what is this session's. */
function claim(
  db: Connection,
  agent: string,
  copy: string,
  own: string,
  part: PreparedPart,
  shared: Shared,
): void {
  const identities = new Set(part.events.map(({ identity }) => identity));
  const theirs = [...shared.rows].filter(([identity]) => identities.has(identity));
  deleteEvents(
    db,
    theirs.map(([, { id }]) => id),
  );
  moveCalls(db, agent, [...shared.calls], { from: copy, to: own });
  setParent(db, copy, own);
  const rest = [...shared.rows].filter(([identity]) => !identities.has(identity));
  const start = earliest(rest.map(([, { at }]) => at));
  if (start !== null) resetStart(db, copy, start);
}

/**
 * Decides about calls that two sessions have: older versions of some agents copied a session's whole history into
 * the file of a resumed or forked one, without a mark.
 * A session that was read whole has the calls that it shares with one of which only the usage was: that one's events
 * tell more when they are read.
 * @param own makes this session if it isn't stored yet, and returns its id
 */
export function settleCopies(
  db: Connection,
  { agent, usageOnly }: { readonly agent: string; readonly usageOnly: boolean },
  stored: string | null,
  part: PreparedPart,
  own: () => string,
): Settled {
  const keys = part.calls.map(({ call_id }) => call_id);
  let left = part;
  let parent: string | null = null;
  for (const other of keys.length === 0 ? [] : otherHolders(db, agent, keys, stored)) {
    const calls = heldCalls(db, agent, keys, other);
    if (isUsageOnly(db, other) !== usageOnly) {
      if (usageOnly) left = without(left, { rows: new Map(), calls });
      else moveCalls(db, agent, [...calls], { from: other, to: own() });
      continue;
    }
    const rows = usageOnly ? [] : storedEventsAfter(db, other, 0);
    const firstCall = usageOnly ? firstCallBut(db, agent, keys, other) : null;
    const shared = { rows: new Map(rows.map((row) => [identityOf(row), row])), calls, firstCall };
    if (isOthers(left, shared)) {
      left = without(left, shared);
      parent = other;
    } else claim(db, agent, other, own(), left, shared);
  }
  return { ...left, parent };
}
