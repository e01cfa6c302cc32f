import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { BINARY } from "../support/binary.ts";
import { type Agent, DRIVEN } from "./agents.ts";
import { SLOW } from "./model/conversation.ts";
import { ModelServer } from "./model/server.ts";
import { fetchPackage } from "./packages.ts";
import { type Recorded, recorded, theSession, troubles } from "./recorded.ts";
import { type Terminal, until } from "./terminal.ts";
import { Workplace } from "./workplace.ts";

// A real agent takes its time.
setDefaultTimeout(600_000);

const folder = mkdtempSync(`${tmpdir()}/mm-terminals-`);
const mm = `${folder}/mm`;
const server = new ModelServer();

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  copyFileSync(BINARY, mm);
});

afterAll(() => {
  server[Symbol.dispose]();
  rmSync(folder, { recursive: true, force: true });
});

type Driven = Agent & { readonly terminal: NonNullable<Agent["terminal"]> };

const driven = DRIVEN.filter((agent): agent is Driven => agent.terminal !== null);

async function states(workplace: Workplace): Promise<string[]> {
  const { sessions } = (await workplace.mm("ps")) as { sessions: { state: string }[] };
  return sessions.map(({ state }) => state);
}

/** An agent in a terminal with hooks, and what is asked of both. */
class Scene implements AsyncDisposable {
  readonly #agent: Driven;
  readonly place: Workplace;
  readonly #windows: Terminal[] = [];

  private constructor(agent: Driven, place: Workplace) {
    this.#agent = agent;
    this.place = place;
  }

  static async of(agent: Driven): Promise<Scene> {
    const unpacked = await fetchPackage(...agent.package);
    const place = new Workplace(agent, { mm, url: server.url, folder: unpacked });
    await place.installHooks();
    return new Scene(agent, place);
  }

  async window(words = this.#agent.terminal.words): Promise<Terminal> {
    const { asks, ready } = this.#agent.terminal;
    const window = this.place.open(words);
    this.#windows.push(window);
    if (asks !== null) {
      await window.shows(asks);
      await window.press("Enter");
    }
    await window.shows(ready);
    // What is typed into a composer that has only just appeared may get lost.
    await Bun.sleep(1500);
    return window;
  }

  /** Waits for the states of the live sessions. */
  async is(...expected: readonly string[]): Promise<void> {
    let seen: readonly string[] = [];
    const holds = async () => {
      seen = await states(this.place);
      return Bun.deepEquals(seen, expected);
    };
    await until(holds, () => `${seen} instead of ${expected}:\n${this.#windows.at(-1)?.screen}`);
  }

  /** Waits until all sessions have ended. */
  async ends(): Promise<readonly Recorded[]> {
    await this.is();
    return await recorded(this.place);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const window of this.#windows) window[Symbol.dispose]();
    await this.place[Symbol.asyncDispose]();
  }
}

const LEAVE: Readonly<
  Record<Driven["terminal"]["leaves"][number], (window: Terminal, quit: string) => Promise<void>>
> = {
  command: (window, quit) => window.type(quit),
  "Ctrl-C": (window) => window.press("C-c", "C-c"),
  "Ctrl-D": (window) => window.press("C-d", "C-d"),
  window: async (window) => window.close(),
};

describe.each(driven)("$client in a terminal", (agent) => {
  const { terminal } = agent;

  test("is busy in a turn, and waits after it, after Esc and after a prompt typed meanwhile", async () => {
    await using scene = await Scene.of(agent);
    const window = await scene.window();
    await window.type("hello");
    await window.shows(/\bdone\b/u);
    await scene.is("waiting");
    const held = server.hold();
    try {
      await window.type(`${SLOW} one`);
      await held.reached;
      await scene.is("busy");
      await window.type("typed meanwhile");
      await Bun.sleep(1000);
    } finally {
      held.release();
    }
    await until(
      async () => JSON.stringify(await theSession(scene.place)).includes("typed meanwhile"),
      () => `it was lost:\n${window.screen}`,
    );
    await scene.is("waiting");
    const again = server.hold();
    try {
      await window.type(`${SLOW} two`);
      await again.reached;
      await scene.is("busy");
      await window.press(...terminal.interrupt);
      await scene.is("waiting");
    } finally {
      again.release();
    }
    expect(window.screen).not.toContain("hook ");
    expect(troubles(scene.place)).toBe("");
  });

  const isTold = terminal.leaves.length > 0;

  test.if(isTold)("started and quit without a prompt leaves nothing", async () => {
    await using scene = await Scene.of(agent);
    const window = await scene.window();
    await LEAVE["Ctrl-D"](window, terminal.quit);
    await window.closes();
    expect(await scene.ends()).toEqual([]);
  });

  test.each([...terminal.leaves])("ends its session when it is left by %s", async (way) => {
    await using scene = await Scene.of(agent);
    const window = await scene.window();
    await window.type("hello");
    await scene.is("waiting");
    await Bun.sleep(1000);
    await LEAVE[way](window, terminal.quit);
    await window.closes();
    expect(await scene.ends()).toMatchObject([{ title: "hello" }]);
  });

  test("killed in mid turn and gone on with, it is at rest", async () => {
    await using scene = await Scene.of(agent);
    const window = await scene.window();
    await window.type("hello");
    await scene.is("waiting");
    const held = server.hold();
    try {
      await window.type(`${SLOW} one`);
      await held.reached;
      await scene.is("busy");
      await scene.place.kill();
    } finally {
      held.release();
    }
    const next = await scene.window(terminal.again);
    await next.type("hello again");
    await scene.is("waiting");
    expect(await theSession(scene.place)).toMatchObject({ title: "hello" });
  });

  test.if(terminal.clears)("a new conversation is a new session", async () => {
    await using scene = await Scene.of(agent);
    const window = await scene.window();
    await window.type("hello");
    await scene.is("waiting");
    await window.type("/clear");
    await Bun.sleep(5000);
    await window.type("another");
    await until(
      async () => (await recorded(scene.place)).some(({ title }) => title === "another"),
      () => `there is no new session:\n${window.screen}`,
    );
    await scene.is("waiting");
    const [old, ...others] = await recorded(scene.place);
    expect(old).toMatchObject({ title: "hello", status: "ended" });
    expect(others).toHaveLength(1);
  });

  test("two windows are two sessions", async () => {
    await using scene = await Scene.of(agent);
    const windows = [await scene.window(), await scene.window()];
    for (const window of windows) await window.type("hello");
    await scene.is("waiting", "waiting");
    await LEAVE["Ctrl-D"](windows[0] as Terminal, terminal.quit);
    if (isTold) await scene.is("waiting");
  });
});
