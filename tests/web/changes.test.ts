import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { Served } from "../support/served.ts";

let world: HookWorld;
let served: Served;
beforeEach(() => {
  world = new HookWorld();
  served = new Served(world);
});
afterEach(() => world[Symbol.dispose]());

interface Told {
  readonly event: string;
  readonly data: string;
}

/** What a stream tells, one after another. */
class Stream {
  readonly #reader;
  readonly #decoder = new TextDecoder();
  #text = "";

  constructor(response: Response) {
    this.#reader = (response.body as ReadableStream<Uint8Array>).getReader();
  }

  /** The next of this kind for which the test holds. */
  async next(event: string, isIt: (data: string) => boolean = () => true): Promise<Told> {
    for (;;) {
      const end = this.#text.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) throw new Error(`the stream ended before ${event}`);
        this.#text += this.#decoder.decode(value, { stream: true });
        continue;
      }
      const block = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + 2);
      const [, name = "", data = ""] = /^event: (.*)\ndata: ?(.*)$/u.exec(block) ?? [];
      if (name === event && isIt(data)) return { event: name, data };
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
  }
}

const states = ({ data }: Told) =>
  (JSON.parse(data) as { sessions: { state: string }[] }).sessions.map(({ state }) => state);

test("a page is told of the present state, and of every change of it", async () => {
  await world.start("startup");
  await served.during([], async () => {
    const stream = new Stream(await served.ask("/api/changes"));
    expect(states(await stream.next("live"))).toEqual(["waiting"]);
    await world.prompt("Fix the parser");
    expect(states(await stream.next("live", (data) => data.includes("busy")))).toEqual(["busy"]);
    await stream.next("written");
    await stream.close();
  });
});

test("a page that comes later looks again, at what was written before it listened", async () => {
  await world.start("startup");
  await served.during([], async () => {
    const first = new Stream(await served.ask("/api/changes"));
    await first.next("written");
    const second = (await served.ask("/api/changes")).body?.getReader();
    const { value } = (await second?.read()) ?? {};
    const events = new TextDecoder().decode(value).matchAll(/^event: (.*)$/gmu);
    expect([...events].map(([, event]) => event)).toEqual(["live", "written"]);
    await second?.cancel();
    await first.close();
  });
});

test("time alone changes a state", async () => {
  await world.start("startup");
  await world.prompt("Fix the parser");
  await served.during([], async () => {
    const stream = new Stream(await served.ask("/api/changes"));
    await stream.next("live", (data) => data.includes('"busy"'));
    expect(states(await stream.next("live", (data) => data.includes('"idle"')))).toEqual(["idle"]);
    await stream.close();
  });
});

test("another database in the place of the first is told of", async () => {
  await world.start("startup");
  await served.during([], async () => {
    const stream = new Stream(await served.ask("/api/changes"));
    await stream.next("live");
    for (const suffix of ["", "-wal", "-shm"])
      rmSync(`${world.database}${suffix}`, { force: true });
    await world.mm("session", "start", "-t", "anew");
    const live = await stream.next("live", (data) => data.includes("anew"));
    expect(states(live)).toEqual(["waiting"]);
    await stream.close();
  });
});

test("a database that can't be read is told of, and that it can be read again", async () => {
  await world.start("startup");
  await served.during([], async () => {
    const stream = new Stream(await served.ask("/api/changes"));
    await stream.next("live");
    world.exec("UPDATE mm_meta SET value = 999 WHERE key = 'schema_version'");
    const { data } = await stream.next("problem");
    expect(JSON.parse(data).error.code).toBe("database_newer");
    world.exec("UPDATE mm_meta SET value = 4 WHERE key = 'schema_version'");
    await stream.next("live");
    await stream.close();
  });
});

test("only so many pages are told", async () => {
  await world.start("startup");
  await served.during([], async () => {
    const streams = [];
    for (let n = 0; n < 16; n++) streams.push(await served.ask("/api/changes"));
    expect(streams.every(({ status }) => status === 200)).toBe(true);
    expect((await served.ask("/api/changes")).status).toBe(503);
    await streams[0]?.body?.cancel();
    const again = await served.ask("/api/changes");
    expect(again.status).toBe(200);
    for (const each of [...streams.slice(1), again]) await each.body?.cancel();
  });
});
