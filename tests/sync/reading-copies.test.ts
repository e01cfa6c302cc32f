import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { carry } from "../support/carried.ts";
import { Fleet } from "../support/fleet.ts";

let fleet: Fleet;
beforeEach(() => {
  fleet = new Fleet();
});
afterEach(() => fleet[Symbol.dispose]());

/** Brings a session of this machine to another as an export and an import do. */
async function copyTo(world: Fleet["desk"], id: string): Promise<void> {
  const file = `${fleet.laptop.folder}/${id}.jsonl`;
  await fleet.laptop.mm("export", id, "-o", file);
  expect((await world.mm("session", "import", file)).code).toBe(0);
}

const listed = async (machine: string) => {
  const { sessions, count } = await fleet.laptop.json<{
    sessions: { id: string; machine: string; event_count: number }[];
    count: number;
  }>("list", "--machine", machine);
  expect(count).toBe(sessions.length);
  return sessions.map((each) => `${each.machine} ${each.event_count}`);
};

describe("a session that is here and on another machine", () => {
  const { id } = { id: "00000002-0000-4000-8000-000000000000" };

  beforeEach(async () => {
    await fleet.work(fleet.laptop, "c1", "Fix the cart", fleet.shop);
    await copyTo(fleet.desk, id);
  });

  test("is told once, as it is here", async () => {
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    expect(await listed("all")).toEqual(["laptop 2"]);
    expect(await listed("desk")).toEqual(["desk 2"]);
    const stats = await fleet.laptop.json("stats", "--machine", "all");
    expect(stats).toMatchObject({ sessions: 1, events: 2 });
    const tokens = await fleet.laptop.json("stats", "tokens", "--machine", "all");
    expect(tokens).toMatchObject({ calls: 1 });
    const found = await fleet.laptop.json("search", "cart", "--machine", "all");
    expect(found).toMatchObject({ count: 1, sessions: [{ machine: "laptop" }] });
    const shown = await fleet.laptop.json("show", id, "--machine", "all");
    expect(shown).toMatchObject({
      machine: "laptop",
      also_on: [{ machine: "desk", source_id: "source-of-desk" }],
      continued_on: [],
    });
    const { out } = await fleet.laptop.mm("show", id, "--machine", "desk");
    expect(out).toContain("\nMachine      desk\nAlso on      laptop\n");
  });

  test("is told as it is there where more has happened there", async () => {
    await fleet.desk.mm("note", "Prices are rounded", "--session", id);
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    expect(await listed("all")).toEqual(["desk 3"]);
    expect(await listed("laptop")).toEqual(["laptop 2"]);
    const stats = await fleet.laptop.json("stats", "--machine", "all");
    expect(stats).toMatchObject({ sessions: 1, events: 3 });
    const found = await fleet.laptop.json("search", "cart", "--machine", "all");
    expect(found).toMatchObject({ count: 1, sessions: [{ machine: "desk" }] });
    const shown = await fleet.laptop.json("show", id, "--machine", "all");
    expect(shown).toMatchObject({
      machine: "desk",
      event_count: 3,
      also_on: [{ machine: "laptop" }],
    });
    const { out } = await fleet.laptop.mm(
      "export",
      "--all",
      "--machine",
      "all",
      "--format",
      "json",
    );
    expect(JSON.parse(out).sessions).toMatchObject([{ id, machine: "desk" }]);
  });

  test("is one that both others have", async () => {
    await copyTo(fleet.build, id);
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    await carry(fleet.build, fleet.laptop, { machine: "build" });
    expect(await listed("desk")).toEqual(["desk 2"]);
    expect(await listed("build")).toEqual(["build 2"]);
    expect(await listed("desk,build")).toEqual(["desk 2"]);
    const shown = await fleet.laptop.json("show", id, "--machine", "build");
    expect(shown).toMatchObject({ also_on: [{ machine: "laptop" }, { machine: "desk" }] });
  });
});

describe("a conversation that goes on on another machine", () => {
  beforeEach(async () => {
    await fleet.work(fleet.laptop, "c1", "Fix the cart", fleet.shop);
    await fleet.work(fleet.desk, "c1", "Go on with the cart", "/w");
    await fleet.work(fleet.build, "c1", "Deploy the cart", "/w");
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    await carry(fleet.build, fleet.laptop, { machine: "build" });
  });

  const [here, desk, build] = [2, 1002, 2002].map(
    (n) => `${String(n).padStart(8, "0")}-0000-4000-8000-000000000000`,
  );

  test("is three sessions, of which each names the others", async () => {
    expect((await listed("all")).sort()).toEqual(["build 2", "desk 2", "laptop 2"]);
    const continued = async (id: string | undefined) => {
      const shown = await fleet.laptop.json("show", String(id), "--machine", "all");
      expect(shown["external_id"]).toBe("c1");
      return (shown["continued_on"] as { id: string; machine: string }[]).map(
        (each) => `${each.machine} ${each.id}`,
      );
    };
    expect(await continued(here)).toEqual([`desk ${desk}`, `build ${build}`]);
    expect(await continued(desk)).toEqual([`laptop ${here}`, `build ${build}`]);
    expect(await continued(build)).toEqual([`laptop ${here}`, `desk ${desk}`]);
  });

  test("whose calls came along to the other machine counts them once", async () => {
    for (const world of [fleet.laptop, fleet.desk]) {
      world.exec("UPDATE mm_usage SET call_id = 'the same'");
    }
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    const calls = async (machine: string, ...words: string[]) => {
      const stats = await fleet.laptop.json("stats", "tokens", ...words, "--machine", machine);
      return stats["calls"];
    };
    expect(await calls("laptop")).toBe(1);
    expect(await calls("desk")).toBe(1);
    expect(await calls("laptop,desk")).toBe(1);
    const shown = await fleet.laptop.json("show", String(desk), "--machine", "all");
    expect(shown["usage"]).toMatchObject({ calls: 1 });
  });

  test("people read where", async () => {
    const { out } = await fleet.laptop.mm("show", String(build), "--machine", "build");
    expect(out).toContain(`\nContinued    on laptop: ${here}\n             on desk: ${desk}\n`);
  });
});
