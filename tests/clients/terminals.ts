import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { DRIVEN } from "./agents.ts";
import { driving } from "./driving.ts";
import { IN_TERMINAL, type InTerminal } from "./in-terminal.ts";
import {
  ASK_TOOL,
  FAIL_MODEL,
  NEST_AGENT,
  SLOW,
  USE_AGENT,
  USE_TOOL,
} from "./model/conversation.ts";
import { fetchPackage } from "./packages.ts";
import { killInTerminal } from "./processes.ts";
import { type Recorded, recorded, theSession, troubles } from "./recorded.ts";
import { type Driven, Scene } from "./scene.ts";
import { type Terminal, until } from "./terminal.ts";
import { Workplace } from "./workplace.ts";

// A real agent takes its time.
setDefaultTimeout(600_000);

/** After the last window has left a session, Codex's daemon unloads it. */
const UNLOADED_MS = 120_000;

const { mm, server } = driving();

const driven = DRIVEN.flatMap((agent): Driven[] => {
  const terminal = IN_TERMINAL[agent.name];
  return terminal === undefined ? [] : [{ ...agent, terminal }];
});

async function open(agent: Driven): Promise<Scene> {
  const unpacked = await fetchPackage(...agent.package);
  const place = new Workplace(agent, { mm, url: server.url, folder: unpacked });
  await place.installHooks();
  return new Scene(agent, place);
}

/** Has the agent wait for the model, and does something meanwhile. */
async function inTurn(scene: Scene, window: Terminal, name: string, act: () => Promise<void>) {
  const held = server.hold();
  try {
    await window.type(`${SLOW} ${name}`);
    await held.reached;
    await scene.is("busy");
    await act();
  } finally {
    held.release();
  }
}

/** The ways to leave an agent that rests, or works. */
const WAYS = {
  "its command": (window, { quit }) => window.type(quit),
  "Ctrl-C": (window) => window.pressUntilClosed("C-c", "C-c"),
  "Ctrl-D": (window, { endOfFile }) => window.pressUntilClosed(...endOfFile),
  "its window": async (window) => window.close(),
  "its window in mid turn": async (window) => window.close(),
  "kill -9": async (window) => killInTerminal(window.pid),
} as const satisfies Record<string, (window: Terminal, driven: InTerminal) => Promise<void>>;

const KILL = "kill -9";
const promptOf = (way: string) => `hello by ${way}`;
const firstPrompt = ({ events }: Recorded) => events[0]?.content;

describe.each(driven)("$name in a terminal", (agent) => {
  const { terminal } = agent;
  const { leaves } = terminal;

  describe("in one conversation", () => {
    let scene: Scene;
    let window: Terminal;

    beforeAll(async () => {
      scene = await open(agent);
      window = await scene.window();
    });
    afterAll(() => scene[Symbol.asyncDispose]());

    test("a prompt that uses a tool", async () => {
      await scene.leaves(leaves.tool, () => window.type(`${USE_TOOL} please`));
    });

    test("a permission that is denied", async () => {
      await scene.leaves(leaves.denied, async () => {
        await window.type(`${ASK_TOOL} please`);
        await window.shows(terminal.asks);
        await scene.is("asks");
        await window.press(...terminal.deny);
      });
    });

    test("and one that is given", async () => {
      await scene.leaves(leaves.allowed, async () => {
        await window.type(`${ASK_TOOL} again`);
        await window.shows(terminal.asks);
        await scene.is("asks");
        await window.press(...terminal.allow);
      });
    });

    test("Esc in a turn", async () => {
      await inTurn(scene, window, "one", async () => {
        await scene.interrupt(window);
        // The prompt may have been given back.
        await window.press("C-u");
      });
    });

    test("a prompt that is typed during a turn", async () => {
      await inTurn(scene, window, "two", () => window.type("typed meanwhile", terminal.queue));
      await scene.tells("typed meanwhile");
      await scene.is("waiting");
    });

    test.if(leaves.subagent !== null)("a subagent", async () => {
      await scene.leaves(leaves.subagent ?? [], async () => {
        const before = (await scene.types()).length;
        await window.type(`${USE_AGENT} please`);
        const goesOn = async () => {
          if (terminal.asks.test(window.screen)) await window.press(...terminal.allow);
          const types = (await scene.types()).slice(before);
          return types.some((type) => type === "subagent_start" || type === "tool_call");
        };
        await until(goesOn, () => `it starts none:\n${window.screen}`);
      });
      expect(await recorded(scene.place)).toHaveLength(1);
    });

    test.if(leaves.nested !== null)("and one that starts another", async () => {
      await scene.leaves(leaves.nested ?? [], () => window.type(`${NEST_AGENT} please`));
      expect(await recorded(scene.place)).toHaveLength(1);
    });

    test("a compaction", async () => {
      await scene.leaves(leaves.compacted, () => window.type(terminal.compact));
    });

    test("a turn that fails", async () => {
      await scene.leaves(leaves.failed, async () => {
        await window.type(`${FAIL_MODEL} please`);
        await window.shows(/refused|request failed/u);
      });
    });

    test("another conversation", async () => {
      const { command, endsOld } = terminal.fresh;
      await window.type(command);
      await window.type("another");
      const isAnother = async () => (await scene.session())?.title === "another";
      await until(isAnother, () => `there is no new session:\n${window.screen}`);
      await scene.is(...(endsOld ? ["waiting"] : ["waiting", "waiting"]));
      const [old, ...others] = await recorded(scene.place);
      expect(old).toMatchObject({ status: endsOld ? "ended" : "active" });
      expect(others).toHaveLength(1);
    });

    test("nothing of the hooks is on its screen, nor in their log", () => {
      expect(window.history).not.toContain("hook ");
      expect(troubles(scene.place)).toBe("");
    });
  });

  test("left in whichever way, its session is over, and without a prompt there is none", async () => {
    const { endToldBy } = terminal;
    await using scene = await open(agent);
    const unused = await scene.window();
    await WAYS["Ctrl-D"](unused, terminal);
    await unused.closes();
    for (const [way, leave] of Object.entries(WAYS)) {
      const window = await scene.window();
      await scene.leaves(["prompt", "turn_end"], () => window.type(promptOf(way)));
      if (way.includes("turn")) {
        await inTurn(scene, window, "turn", () => leave(window, terminal));
      } else await leave(window, terminal);
      await window.closes();
      const isTold = endToldBy === "hooks" && way !== KILL;
      if (endToldBy !== "daemon") await scene.is(...(isTold ? [] : ["gone"]));
    }
    const notEnded = async () =>
      (await recorded(scene.place)).filter(({ status }) => status !== "ended").map(firstPrompt);
    // A session that is gone is ended by the next start.
    const left = endToldBy === "daemon" ? [] : [promptOf(KILL)];
    let seen: unknown;
    const isOver = async () => {
      seen = await notEnded();
      return Bun.deepEquals(seen, left);
    };
    await until(isOver, () => `${seen} has not ended`, UNLOADED_MS);
    expect((await recorded(scene.place)).map(firstPrompt)).toEqual(Object.keys(WAYS).map(promptOf));
    expect(troubles(scene.place)).toBe("");
  });

  test("killed in mid turn and gone on with, it is at rest", async () => {
    await using scene = await open(agent);
    const window = await scene.window();
    await scene.leaves(["prompt", "turn_end"], () => window.type("hello"));
    await inTurn(scene, window, "one", async () => {
      killInTerminal(window.pid);
      await scene.place.kill();
    });
    await scene.is("gone");
    const next = await scene.window(terminal.again);
    await next.type("hello again");
    await scene.tells("hello again");
    await scene.is("waiting");
    expect(firstPrompt(await theSession(scene.place))).toBe("hello");
  });

  test("two windows are two sessions", async () => {
    await using scene = await open(agent);
    const windows = [await scene.window(), await scene.window()];
    for (const [n, window] of windows.entries()) await window.type(`hello ${n}`);
    await scene.is("waiting", "waiting");
    windows[0]?.close();
    // A daemon tells it later.
    if (terminal.endToldBy === "hooks") await scene.is("waiting");
    if (terminal.endToldBy === "nobody") await scene.is("waiting", "gone");
    expect(await recorded(scene.place)).toHaveLength(2);
  });
});
