import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { expectAgreement, expectSameEvents, oursLeavesTheirs } from "./agreement.ts";
import { type Listed, type Listing, SharedHome, type TheirRow } from "./shared-home.ts";

interface Started {
  readonly session_id: string;
  readonly resumed: boolean;
  readonly stale_ended?: string[];
  readonly auto_ended?: string[];
}

interface Written {
  readonly ended: string;
  readonly wrapped: string;
  readonly handedOver: string;
  readonly stale: string;
  readonly current: string;
}

/** One session of every kind, all by our `mm`. */
async function writeAllKinds(home: SharedHome): Promise<Written> {
  const start = (...argv: string[]) => home.ourJson<Started>("session", "start", ...argv);
  const { session_id: stale } = await start("-t", "left behind");
  await Bun.sleep(1100);
  const swept = await start("-a", "planner", "-t", "Plan", "--auto-end-stale", "0s");
  expect(swept.stale_ended).toEqual([stale]);
  const ended = swept.session_id;
  await home.ours("activity", "log", "-c", "read the code");
  await home.ours("activity", "log", "-c", "keep it", "--type", "decision", "--meta", '{"n":1}');
  await home.ours("activity", "log", "-c", "what now?", "--type", "prompt");
  await home.ours("session", "end", "-s", "planned");
  const wrap = ["session", "wrap", "-a", "nightly", "--", "sh", "-c", "exit 3"];
  expect((await home.ours(...wrap)).code).toBe(3);
  const { sessions } = await home.ourJson<Listing>("session", "list", "-a", "nightly");
  const { session_id: handedOver } = await start("-a", "claude-code", "--idempotent");
  const next = await start("-a", "codex", "-n", "team:backend", "--idempotent");
  expect(next.stale_ended).toEqual([handedOver]);
  await home.ours("activity", "log", "-c", "one more");
  return { ended, wrapped: sessions[0]?.id ?? "", handedOver, stale, current: next.session_id };
}

function expectRows(rows: readonly TheirRow[]): void {
  const [ended, wrapped, handedOver, stale, current] = rows;
  expect(ended).toMatchObject({
    agent_id: "planner",
    namespace: "agent-runtime:planner",
    summary: "planned",
    metadata: { title: "Plan", event_count: 3, summary_provenance: "manual" },
  });
  expect(wrapped).toMatchObject({
    namespace: "agent-runtime:nightly",
    summary: "Command: sh -c exit 3. Exit code: 3",
    metadata: {
      title: "Headless: sh -c 'exit 3'",
      event_count: 0,
      exit_code: 3,
      summary_provenance: "manual",
    },
  });
  expect(handedOver).toMatchObject({
    summary: "auto-ended on cross-agent resume to codex",
    metadata: { auto_ended: true, reason: "cross_agent" },
  });
  expect(stale).toMatchObject({
    agent_id: "default",
    namespace: "default",
    summary: "auto-ended after 0s inactivity",
    metadata: { title: "left behind", auto_ended: true, reason: "stale" },
  });
  expect(current).toMatchObject({ namespace: "team:backend", ended_at: null, metadata: {} });
}

describe("a home that our mm made", () => {
  test("is taken over by memtomem", async () => {
    using home = new SharedHome();
    const written = await writeAllKinds(home);
    const { ended, wrapped, handedOver, stale, current } = written;
    const ids = Object.values(written);
    home.configureMemtomem();

    const listed = await expectAgreement(home);
    expect(listed.map(({ id }) => id).sort()).toEqual(ids.toSorted());
    await expectSameEvents(home, ids);
    expectRows(await home.theirRows(ended, wrapped, handedOver, stale, current));

    const resumed = ["session", "start", "-a", "codex", "--idempotent"];
    expect(await home.theirJson<Started>(...resumed)).toEqual({
      session_id: current,
      resumed: true,
      auto_ended: [],
    });
    const log = ["activity", "log", "-c", "theirs", "--type", "error", "--meta", '{"by":"them"}'];
    const ack = { ok: true, session_id: current, event_type: "error" };
    expect(await home.theirJson<object>(...log)).toEqual(ack);
    const { out } = await home.theirs("session", "end", "--auto");
    expect(out).toBe(
      `Session ended: ${current}\n  Summary: Session had 2 events: 1x tool_call, 1x error\n`,
    );

    const rows = await expectAgreement(home);
    expect(rows.find(({ id }) => id === current)).toMatchObject({
      status: "ended",
      summary: "Session had 2 events: 1x tool_call, 1x error",
      event_count: 2,
    });
    expect(home.state()).toBeNull();
    expect((await home.ours("session", "end")).code).toBe(1);
  });

  test("keeps its files private", async () => {
    using home = new SharedHome();
    await home.ours("session", "start");
    home.configureMemtomem();
    await home.theirs("session", "end");
    await home.ours("session", "start");
    const modes = [home.home, home.database, home.stateFile].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  test("is swept by memtomem", async () => {
    using home = SharedHome.configured();
    const { session_id: old } = await home.ourJson<Started>("session", "start", "-t", "old");
    await Bun.sleep(1100);
    const swept = await home.theirJson<Started>("session", "start", "--auto-end-stale", "0s");
    expect(swept.auto_ended).toEqual([old]);
    const handedOver = await home.theirJson<Started>(
      ...["session", "start", "-a", "codex", "--idempotent"],
    );
    expect(handedOver.auto_ended).toEqual([swept.session_id]);
    expect(await home.theirRows(old)).toMatchObject([
      { metadata: { title: "old", auto_ended: true, reason: "stale" } },
    ]);
    await expectAgreement(home);
  });

  test("is cleaned out and reset by memtomem, and used again", async () => {
    using home = SharedHome.configured();
    const { session_id: id } = await home.ourJson<Started>("session", "start");
    await home.ours("activity", "log", "-c", "gone soon");
    await home.ours("session", "end");
    await Bun.sleep(1100);
    expect(await home.theirStorage(["cleanup_old_sessions", 0])).toEqual([1]);
    expect(home.query("SELECT * FROM mm_sessions")).toEqual([]);
    expect(await expectAgreement(home)).toEqual([]);
    expect((await home.ours("session", "events", id)).code).toBe(1);

    await home.ours("session", "start", "-a", "codex");
    await home.theirStorage(["reset_all"]);
    expect(home.state()).not.toBeNull();
    const { resumed } = await home.ourJson<Started>(
      "session",
      "start",
      "-a",
      "codex",
      "--idempotent",
    );
    expect(resumed).toBe(false);
    expect(await expectAgreement(home)).toHaveLength(1);
  });
});

describe("a home that memtomem made", () => {
  test("is taken over by our mm", async () => {
    using home = SharedHome.configured();
    const { session_id: ended } = await home.theirJson<Started>(
      ...["session", "start", "-a", "planner", "-t", "Plan"],
    );
    await home.theirs("activity", "log", "-c", "theirs", "--meta", '{"n":[1,2.50]}');
    await home.theirs("session", "end", "-s", "planned");
    const { session_id: current } = await home.theirJson<Started>(
      "session",
      "start",
      "-a",
      "codex",
    );
    await home.theirs("activity", "log", "-c", "first", "--type", "decision");

    const ours = (...argv: string[]) => oursLeavesTheirs(home, ...argv);
    const listed = JSON.parse((await ours("session", "list", "--json")).out) as Listing;
    const row = (id: string): Listed | undefined => listed.sessions.find((row) => row.id === id);
    expect(row(ended)).toMatchObject({
      agent_id: "planner",
      title: "Plan",
      summary: "planned",
      namespace: "agent-runtime:planner",
      event_count: 1,
    });
    expect(row(current)).toMatchObject({ status: "active", title: null, event_count: 1 });

    const start = ["session", "start", "-a", "codex", "--idempotent", "--json"];
    const resumed = { session_id: current, resumed: true, stale_ended: [] };
    expect(JSON.parse((await ours(...start)).out)).toEqual(resumed);
    await ours("activity", "log", "-c", "second", "--type", "note");
    await ours("activity", "log", "-c", "third", "--type", "decision");
    expect((await ours("session", "end", "--auto")).out).toBe(
      `Session ended: ${current}\n  Summary: Session had 3 events: 2x decision, 1x note\n`,
    );
    await ours("session", "wrap", "--", "true");
    await ours("session", "start", "-a", "planner");
    await expectSameEvents(home, [ended, current]);
    expect(await expectAgreement(home)).toHaveLength(4);
  });

  test("is swept by our mm, metadata of any kind kept", async () => {
    using home = SharedHome.configured();
    const { session_id: id } = await home.theirJson<Started>("session", "start", "-t", "old");
    const odd = {
      nested: { list: [1, 2.5, null, { deep: "ü" }] },
      big: 1e300,
      nothing: null,
      "odd key.with[0]$": "\ud83e\udd8a \ud800",
      provenance: "write-v1",
      summary_provenance: "exact",
    };
    await home.theirStorage(["update_session_metadata", id, odd]);
    await Bun.sleep(1100);
    const start = ["session", "start", "--auto-end-stale", "0s", "--json"];
    const { out } = await oursLeavesTheirs(home, ...start);
    expect(JSON.parse(out)).toMatchObject({ stale_ended: [id] });
    const { summary_provenance: _, ...kept } = odd;
    const [row] = await home.theirRows(id);
    expect(row?.metadata).toEqual({ title: "old", ...kept, auto_ended: true, reason: "stale" });
    await expectAgreement(home);
  });
});
