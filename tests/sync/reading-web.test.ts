import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { carry } from "../support/carried.ts";
import { Fleet } from "../support/fleet.ts";
import { Served } from "../support/served.ts";

const fleet = new Fleet();
let served: Served;
beforeAll(() => fleet.fill());
beforeEach(() => {
  served = new Served(fleet.laptop);
});
afterAll(() => fleet[Symbol.dispose]());

interface Listed {
  readonly sessions: readonly { readonly machine?: string }[];
}

const machinesOf = async (path: string) => {
  const { sessions } = (await (await served.ask(path)).json()) as Listed;
  return sessions.map(({ machine }) => machine);
};

test("the page's documents are of the machines that are asked for", async () => {
  await served.during([], async () => {
    expect(await machinesOf("/api/session/list")).toEqual([undefined]);
    expect(await machinesOf("/api/session/list?machine=all")).toEqual([
      "bob/build",
      "desk",
      "laptop",
    ]);
    expect(await machinesOf("/api/session/list?machine=desk")).toEqual(["desk"]);
    const { id } = fleet.desk.session("d1");
    const shown = await served.ask(`/api/session/show?id=${id}&machine=all`);
    expect(await shown.json()).toMatchObject({ id, machine: "desk" });
    const events = await served.ask(`/api/session/events?id=${id}&machine=all`);
    expect(await events.json()).toMatchObject({ count: 2 });
    expect((await served.ask("/api/session/list?machine=attic")).status).toBe(404);
  });
});

test("figures are counted again once a pull has brought something", async () => {
  await served.during([], async () => {
    const count = async () => {
      const stats = await served.ask("/api/stats?machine=desk");
      return ((await stats.json()) as { events: number }).events;
    };
    expect([await count(), await count()]).toEqual([2, 2]);
    const asked = served.ran.length;
    await fleet.desk.prompt("And the basket", { session_id: "d1" });
    await carry(fleet.desk, fleet.laptop, { machine: "desk" });
    expect(await count()).toBe(3);
    expect(served.ran.length).toBe(asked + 1);
  });
});

test("a page is told which other machines there are", async () => {
  await served.during([], async () => {
    const { body } = await served.ask("/api/changes");
    const reader = (body as ReadableStream<Uint8Array>).getReader();
    let told = "";
    while (!told.includes("event: machines")) {
      told += new TextDecoder().decode((await reader.read()).value);
    }
    expect(told).toContain('event: machines\ndata: ["bob/build","desk"]\n');
    await reader.cancel();
  });
});
