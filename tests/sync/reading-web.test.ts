import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
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

/** What a page is told of the other machines first. */
async function toldMachines(): Promise<string> {
  const { body } = await served.ask("/api/changes");
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let told = "";
  while (!/event: machines\n.*\n/u.test(told)) {
    told += new TextDecoder().decode((await reader.read()).value);
  }
  await reader.cancel();
  return /event: machines\ndata: (.*)\n/u.exec(told)?.[1] ?? "";
}

test("a page is told which other machines there are", async () => {
  await served.during([], async () => {
    expect(await toldMachines()).toBe('["bob/build","desk"]');
  });
});

const warningOf = (answer: Response) => decodeURIComponent(answer.headers.get("mm-warning") ?? "");

test("what other machines did last is among the live sessions", async () => {
  await served.during([], async () => {
    const answer = await served.ask("/api/ps?machine=all");
    const text = await answer.text();
    expect(text).toBe((await fleet.laptop.mm("ps", "--machine", "all", "--json")).out);
    const { sessions } = JSON.parse(text) as Pushed;
    expect(sessions.map(({ machine }) => machine).sort()).toEqual(["bob/build", "desk"]);
    expect(sessions.every(({ pushed_at }) => pushed_at !== undefined)).toBe(true);
    expect(warningOf(answer)).toBe("");
  });
});

interface Pushed {
  readonly sessions: readonly { readonly machine?: string; readonly pushed_at?: string | null }[];
}

// The last one, since it spoils the replica.
test("where they can't be read, every answer says so beside this machine's", async () => {
  const replica = `${fleet.laptop.home}/mm-remote.db`;
  for (const end of ["-wal", "-shm"]) rmSync(`${replica}${end}`, { force: true });
  writeFileSync(replica, "this is no database, ".repeat(1000));
  await served.during([], async () => {
    expect(await toldMachines()).toBe("[]");
    for (const path of [
      "/api/session/list?machine=all",
      "/api/ps?machine=all",
      "/api/search?q=cart&machine=all",
      "/api/stats?machine=all",
    ]) {
      const answer = await served.ask(path);
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      expect(warningOf(answer)).toMatch(
        /^only this machine's sessions were read: .*mm-remote\.db/u,
      );
    }
    expect(warningOf(await served.ask("/api/session/list"))).toBe("");
    expect((await served.ask("/api/ps?machine=desk")).status).toBe(500);
  });
});
