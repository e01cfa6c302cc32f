import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { expectAgreement, oursLeavesTheirs } from "./agreement.ts";
import { SharedHome } from "./shared-home.ts";

const EVENTS = "SELECT content FROM session_events ORDER BY id";

describe("the write-ahead log", () => {
  test("that our mm leaves behind is read by memtomem", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start");
    await home.ours("activity", "log", "-c", "only in the log");
    expect(home.walBytes()).toBeGreaterThan(0);
    const { out } = await home.theirs("session", "events", "--json");
    expect(JSON.parse(out)).toMatchObject({ events: [{ content: "only in the log" }] });
    await expectAgreement(home);
  });

  test("may be gone after memtomem", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start");
    await home.theirs("activity", "log", "-c", "one");
    expect(home.walBytes()).toBeNull();
    await oursLeavesTheirs(home, "activity", "log", "-c", "two");
    expect(home.walBytes()).toBeGreaterThan(0);
    await home.theirs("activity", "log", "-c", "three");
    expect(await expectAgreement(home)).toMatchObject([{ event_count: 3 }]);
  });

  test("may be cut to nothing by memtomem while others have it open", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start");
    await home.ours("activity", "log", "-c", "one");
    using reader = new Database(home.database, { readonly: true });
    expect(reader.query(EVENTS).all()).toHaveLength(1);
    await home.theirs("activity", "log", "-c", "two");
    expect(home.walBytes()).toBe(0);
    await oursLeavesTheirs(home, "activity", "log", "-c", "three");
    await home.theirs("session", "list");
    await oursLeavesTheirs(home, "activity", "log", "-c", "four");
    const contents = reader.query<{ content: string }, []>(EVENTS).all();
    expect(contents.map(({ content }) => content)).toEqual(["one", "two", "three", "four"]);
    await expectAgreement(home);
  });

  test("outlives an open transaction of either", async () => {
    using home = SharedHome.configured();
    await home.ours("session", "start");
    using reader = new Database(home.database, { readonly: true });
    reader.run("BEGIN");
    expect(reader.query(EVENTS).all()).toEqual([]);
    await home.ours("activity", "log", "-c", "one");
    await home.theirs("activity", "log", "-c", "two");
    await home.ours("activity", "log", "-c", "three");
    expect(reader.query(EVENTS).all()).toEqual([]);
    reader.run("COMMIT");
    expect(reader.query(EVENTS).all()).toHaveLength(3);
    await expectAgreement(home);
  });
});
