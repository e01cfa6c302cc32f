import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { type BinaryOutcome, Sandbox } from "../support/binary.ts";
import { burst } from "../support/burst.ts";
import { active, integrity, leftovers, rows, sessions, stateOf } from "../support/stored.ts";

interface Started {
  readonly session_id: string;
  readonly resumed: boolean;
  readonly stale_ended: readonly string[];
}

const idempotent = (agent: string) => ["session", "start", "--idempotent", "-a", agent, "--json"];

function started(outcomes: readonly BinaryOutcome[]): Started[] {
  expect(outcomes.filter(({ code, err }) => code !== 0 || err !== "")).toEqual([]);
  return outcomes.map(({ out }) => JSON.parse(out) as Started);
}

describe("starts at once on a home that doesn't exist", () => {
  test.each([1, 2, 3, 4])("100 of one agent share one session, round %d", async () => {
    using box = new Sandbox();
    const answers = started(await burst(box, Array(100).fill(idempotent("x"))));
    const ids = sessions(box).map(({ id }) => id);
    expect(ids).toHaveLength(1);
    expect(new Set(answers.map(({ session_id }) => session_id))).toEqual(new Set(ids));
    expect(answers.filter(({ resumed }) => !resumed)).toHaveLength(1);
    expect(answers.flatMap(({ stale_ended }) => stale_ended)).toEqual([]);
    expect(stateOf(box)).toBe(`${ids[0]}\n`);
    expect(leftovers(box)).toEqual([]);
    expect(integrity(box)).toBe("ok");
  });

  test("100 of different agents leave exactly the one that the state file names", async () => {
    using box = new Sandbox();
    const agents = Array.from({ length: 100 }, (_, i) => `a${i}`);
    const answers = started(await burst(box, agents.map(idempotent)));
    const stored = sessions(box);
    const byId = new Map(stored.map((session) => [session.id, session]));
    expect(stored).toHaveLength(100);
    answers.forEach(({ session_id, resumed }, i) => {
      expect(resumed).toBe(false);
      expect(byId.get(session_id)?.agent_id).toBe(`a${i}`);
    });
    expect(active(box).map(({ id }) => `${id}\n`)).toEqual([stateOf(box) ?? ""]);
    const ended = stored.filter(({ ended_at }) => ended_at !== null);
    const reasons = ended.map(({ metadata }) => JSON.parse(metadata).reason);
    expect(new Set(reasons)).toEqual(new Set(["cross_agent"]));
    // Each was ended by exactly one other start, which says so.
    const named = answers.flatMap(({ stale_ended }) => stale_ended);
    expect(named.toSorted()).toEqual(ended.map(({ id }) => id).toSorted());
    expect(leftovers(box)).toEqual([]);
  });

  test("50 plain ones all stay active, and the state file names one of them", async () => {
    using box = new Sandbox();
    const answers = (await burst(box, Array(50).fill(["session", "start", "--json"]))).map(
      ({ out }) => (JSON.parse(out) as Started).session_id,
    );
    expect(
      active(box)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(answers.toSorted());
    expect(answers).toContain((stateOf(box) ?? "").trim());
    expect(leftovers(box)).toEqual([]);
  });
});

// 300 in one go take a slow machine longer than a call waits for the lock.
test("three times 100 events logged at once are 300 rows", async () => {
  using box = new Sandbox();
  await box.mm(idempotent("x"));
  const contents = Array.from({ length: 300 }, (_, i) => `event ${i}`);
  for (const wave of [contents.slice(0, 100), contents.slice(100, 200), contents.slice(200)]) {
    const calls = wave.map((content) => ["activity", "log", "-c", content]);
    const outcomes = await burst(box, calls);
    expect(outcomes.filter(({ code, out, err }) => code !== 0 || out + err !== "")).toEqual([]);
  }
  const stored = rows<{ content: string }>(box, "SELECT content FROM session_events");
  expect(stored.map(({ content }) => content).toSorted()).toEqual(contents.toSorted());
  expect(integrity(box)).toBe("ok");
});

/** Ends whatever is current, again and again; returns the ids that it was told it had ended. */
async function keepEnding(box: Sandbox, until: () => boolean): Promise<string[]> {
  const ended: string[] = [];
  while (!until()) {
    const { code, out } = await box.mm(["session", "end", "--json"]);
    const answer = JSON.parse(out) as { ok: boolean; session_id: string; reason?: string };
    expect(code).toBe(answer.ok ? 0 : 1);
    if (answer.ok) ended.push(answer.session_id);
    else expect(answer.reason).toStartWith("No active session.");
  }
  return ended;
}

/** The greatest number of active sessions that any snapshot of the database showed. */
async function watchActive(box: Sandbox, until: () => boolean): Promise<number> {
  const db = new Database(box.database, { readonly: true, strict: true });
  const count = db.query<{ n: number }, []>(
    "SELECT count(*) AS n FROM sessions WHERE ended_at IS NULL",
  );
  let most = 0;
  while (!until()) {
    most = Math.max(most, count.get()?.n ?? 0);
    await Bun.sleep(1);
  }
  db.close(true);
  return most;
}

test("50 starts of five agents against two that keep ending never leave a forgotten session", async () => {
  using box = new Sandbox();
  await box.mm(idempotent("p0"));
  let over = false;
  const ending = [keepEnding(box, () => over), keepEnding(box, () => over)];
  const watching = watchActive(box, () => over);
  const agents = Array.from({ length: 50 }, (_, i) => idempotent(`p${i % 5}`));
  const outcomes = await burst(box, agents);
  over = true;
  const ended = (await Promise.all(ending)).flat();
  expect(await watching).toBeLessThanOrEqual(1);
  const answers = started(outcomes);

  // However it went, what is active is what the state file names, and nobody ended anything twice.
  const state = stateOf(box);
  const open = active(box).map(({ id }) => `${id}\n`);
  expect(open).toEqual(state === null ? [] : [state]);
  const swept = answers.flatMap(({ stale_ended }) => stale_ended);
  const endings = [...ended, ...swept];
  expect(new Set(endings).size).toBe(endings.length);
  const stored = sessions(box);
  const endedRows = stored.filter(({ ended_at }) => ended_at !== null).map(({ id }) => id);
  expect(endings.toSorted()).toEqual(endedRows.toSorted());
  const known = new Set(stored.map(({ id }) => id));
  expect(answers.filter(({ session_id }) => !known.has(session_id))).toEqual([]);
  expect(leftovers(box)).toEqual([]);
});
