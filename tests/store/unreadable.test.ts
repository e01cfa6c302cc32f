import { expect, test } from "bun:test";
import { World } from "../support/world.ts";

const DEEP = `{"a":${"[".repeat(2000)}${"]".repeat(2000)}}`;

test.each(["no object", "[1]", '"text"', "{", DEEP])(
  "metadata %.20p reads as {}, and is kept as `_unreadable` when something is added",
  async (stored) => {
    using world = new World();
    await world.mm("session", "start");
    const db = `UPDATE sessions SET metadata = '${stored}'`;
    world.exec(db);
    expect((await world.json("session", "show", "last"))["metadata"]).toEqual({});
    expect(world.rows("SELECT metadata FROM sessions")).toEqual([{ metadata: stored }]);
    await world.mm("session", "rename", "last", "A title");
    const renamed = { title: "A title", _unreadable: stored };
    expect((await world.json("session", "show", "last"))["metadata"]).toEqual(renamed);
    await world.mm("session", "end", "--auto");
    expect((await world.json("session", "show", "last"))["metadata"]).toMatchObject({
      ...renamed,
      event_count: 0,
    });
  },
);
