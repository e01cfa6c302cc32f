import { expect } from "bun:test";
import type { BinaryOutcome } from "../support/binary.ts";
import type { Events, Listed, Listing, SharedHome } from "./shared-home.ts";

const SHARED_KEYS = ["id", "agent_id", "started_at", "ended_at", "status"] as const;

function pick<K extends string>(row: { readonly [key in K]: unknown }, keys: readonly K[]) {
  return Object.fromEntries(keys.map((key) => [key, row[key]]));
}

/** Within one second memtomem's order is accidental. */
function comparable({ sessions, count }: Listing) {
  const times = sessions.map((session) => session.started_at);
  expect(times).toEqual(times.toSorted().reverse());
  expect(count).toBe(sessions.length);
  return sessions
    .map((session) => pick(session, SHARED_KEYS))
    .sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
}

/** What memtomem's document has: `mm` tells more of each event, and where a page ends. */
function withoutMetadata(document: Events | { error: string }) {
  if ("error" in document) return document;
  const { session_id, count, events } = document;
  const keys = ["created_at", "event_type", "content"] as const;
  return { session_id, count, events: events.map((event) => pick(event, keys)) };
}

/** The answer to `session events --json` without an id: the current session, or none. */
function current(outcome: BinaryOutcome) {
  expect(outcome.err).toBe("");
  return withoutMetadata(JSON.parse(outcome.out));
}

/** Both programs list the same sessions, have the same current one and see the same events in it. */
export async function expectAgreement(home: SharedHome): Promise<Listed[]> {
  const [ours, theirs, ourCurrent, theirCurrent] = await Promise.all([
    home.ourJson<Listing>("session", "list", "--limit", "1000"),
    home.theirJson<Listing>("session", "list", "--limit", "1000"),
    home.ours("session", "events", "--json"),
    home.theirs("session", "events", "--json"),
  ]);
  expect(comparable(ours)).toEqual(comparable(theirs));
  expect(current(ourCurrent)).toEqual(current(theirCurrent));
  expect(home.faults()).toEqual([]);
  return ours.sessions;
}

/** Both programs give the same events for every session. */
export async function expectSameEvents(home: SharedHome, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const [ours, theirs] = await Promise.all([
      home.ourJson<Events>("session", "events", id),
      home.theirJson<Events>("session", "events", id),
    ]);
    expect(withoutMetadata(ours)).toEqual(withoutMetadata(theirs));
  }
}

/** Runs our `mm`, which must succeed and leave alone what is memtomem's. */
export async function oursLeavesTheirs(
  home: SharedHome,
  ...argv: string[]
): Promise<BinaryOutcome> {
  const before = home.belongings();
  const outcome = await home.ours(...argv);
  expect({ ...outcome, argv }).toMatchObject({ argv, code: 0 });
  expect(home.belongings()).toEqual(before);
  expect(home.faults()).toEqual([]);
  return outcome;
}
