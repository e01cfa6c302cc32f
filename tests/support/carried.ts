import { storedMs, storedText } from "../../src/store/rows.ts";
import { type SentEvent, sentEvents } from "../../src/sync/push/events.ts";
import { bucketOf, piecesOf } from "../../src/sync/push/rows.ts";
import { projectOf } from "../../src/sync/push/rules.ts";
import { findPushed, listAll, listCalls, nextEvents } from "../../src/sync/push/sql.ts";
import type { Remote, Transaction } from "../../src/sync/remote/connect.ts";
import { pullSources } from "../../src/sync/replica/pull/pull.ts";
import { PULL_EVENTS, PULL_SESSIONS, PULL_USAGE } from "../../src/sync/replica/pull/statements.ts";
import { openReplica } from "../../src/sync/replica/sources.ts";
import type { PulledEvent, PulledSession, RemoteSource } from "../../src/sync/replica/sql.ts";
import { openSidecar } from "../../src/sync/source/sidecar.ts";
import type { World } from "./world.ts";

type Row = Readonly<Record<string, unknown>>;

/** What a push of a home would have sent. */
interface Sent {
  readonly sessions: readonly PulledSession[];
  readonly events: readonly (PulledEvent & { session_id: string })[];
  readonly calls: readonly (Row & { session_id: string })[];
}

const msOf = (value: unknown) => (typeof value === "string" ? Date.parse(value) : null);

function toPulled(row: Row, rev: number): PulledSession {
  return {
    ...(row as unknown as PulledSession),
    rev: String(rev),
    last_event: String(row["last_event"]),
    print: "",
    metadata: JSON.stringify(row["metadata"]),
    own: JSON.stringify(row["own"]),
    started_ms: msOf(row["started_at"]),
    ended_ms: msOf(row["ended_at"]),
    last_ms: msOf(row["last_event_at"]),
    is_deleted: false,
  };
}

function toPulledEvent({ seq, at, ...event }: SentEvent): PulledEvent {
  return { ...event, seq: String(seq), at_ms: at };
}

/** Each push gives what it sends the next ones. */
let revisions = 0;

/** The rows that a push of this home sends, as a server tells them. */
function sentBy(world: World, sourceId: string, isWanted: (id: string) => boolean): Sent {
  const sidecar = openSidecar(world.database, "shared");
  try {
    const rows = listAll(sidecar)
      .map((rowid) => findPushed(sidecar, rowid) ?? {})
      .filter((row) => isWanted(storedText(row["id"])));
    const pieces = rows.map((row) => {
      const rules = { sourceId, project: projectOf(row), isTitleOnly: false };
      return piecesOf(row, listCalls(sidecar, storedText(row["id"])), rules);
    });
    return {
      sessions: pieces.map(({ session }) => toPulled(session, ++revisions)),
      events: rows.flatMap((row) => {
        const bucket = bucketOf(storedMs(row["started_ms"]));
        const id = storedText(row["id"]);
        const events = nextEvents(sidecar, id, 0, 1e6);
        return [...sentEvents(id, events, bucket)].map(toPulledEvent);
      }),
      calls: pieces.flatMap(({ calls }) =>
        calls.map(({ at, source_id: _, ...row }) => ({
          ...row,
          at_ms: msOf(at),
          session_id: String(row["session_id"]),
        })),
      ),
    };
  } finally {
    sidecar.close(true);
  }
}

/** A server that answers what a pull asks. */
function serverWith({ sessions, events, calls }: Sent): Remote {
  const query = async (
    statement: string,
    parameters: readonly unknown[] = [],
  ): Promise<unknown[]> => {
    if (statement === PULL_SESSIONS) {
      return sessions.filter(({ rev }) => Number(rev) > Number(parameters[1])).slice(0, 200);
    }
    if (statement === PULL_USAGE) {
      const ids: string[] = JSON.parse(String(parameters[1]));
      return calls.filter((call) => ids.includes(call.session_id));
    }
    if (statement !== PULL_EVENTS) throw new Error(`not asked by a pull: ${statement}`);
    const keys: { session_id: string; seq: number }[] = JSON.parse(String(parameters[1]));
    const after = new Map(keys.map(({ session_id: id, seq }) => [id, seq]));
    return events
      .filter(({ session_id: id, seq }) => Number(seq) > (after.get(id) ?? Infinity))
      .sort((a, b) => (a.session_id < b.session_id ? -1 : 1) || Number(a.seq) - Number(b.seq));
  };
  const transaction = {
    query,
    run: async () => undefined,
    copy: async () => undefined,
  } as Transaction;
  return {
    address: { host: "db", port: 5432, user: "ada", database: "agents" } as Remote["address"],
    transaction: async (work) => await work(transaction),
  };
}

/** How a machine is known on the server. */
export interface Carried extends Partial<RemoteSource> {
  readonly machine: string;
  /** Only these sessions, by their ids. */
  readonly only?: readonly string[];
}

/** Brings the sessions of one home into another's replica, as a push and a pull do. */
export async function carry(from: World, to: World, { only, ...known }: Carried): Promise<void> {
  const source: RemoteSource = {
    sourceId: `source-of-${known.machine}`,
    owner: "ada",
    isOwn: true,
    pushedMs: from.clock.getTime(),
    lastRev: 1,
    ...known,
  };
  const sent = sentBy(from, source.sourceId, (id) => only?.includes(id) ?? true);
  const replica = openReplica({ newId: () => crypto.randomUUID(), warnings: [] }, to.home);
  try {
    const lastRev = revisions;
    const filter = { project: null, since: null };
    await pullSources(serverWith(sent), replica, [{ ...source, lastRev }], filter);
  } finally {
    replica.close();
  }
}
