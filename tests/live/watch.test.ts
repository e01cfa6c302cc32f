import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Key } from "../../src/context.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

const HOUR = 3600;
const HINT = "q quits · ↑↓ select · Enter resumes · Tab shows · e ends";

describe("--watch", () => {
  test("shows what changes until the person has seen enough", async () => {
    world.isTerminal = true;
    await world.start();
    world.untilShown = (frames) => frames === 3;
    expect(await world.mm("ps", "--watch", "--format", "{state} {age}")).toEqual({
      code: 0,
      out: "",
      err: "",
    });
    const hint = `\x1b[2m${HINT}\x1b[22m\n`;
    expect(world.frames).toEqual([
      `  waiting 0s\n${hint}`,
      `  waiting 2s\n${hint}`,
      `  waiting 4s\n${hint}`,
      "closed",
    ]);
  });

  async function watched(height: number, ...words: string[]): Promise<string[]> {
    world.isTerminal = true;
    world.height = height;
    world.frames.length = 0;
    expect((await world.mm("ps", "--watch", ...words)).code).toBe(0);
    return Bun.stripANSI(world.frames[0] ?? "")
      .split("\n")
      .slice(0, -1);
  }

  test.each([
    [24, 10, 3, "10 live"],
    [13, 9, 3, "10 live, 1 more not shown"],
    [8, 4, 3, "10 live, 6 more not shown"],
    [7, 4, 3, "10 live, 6 more not shown"],
    [6, 3, 3, "10 live, 7 more not shown"],
    [5, 4, 1, "10 live, 6 more not shown"],
    [1, 0, 1, "10 live, 10 more not shown"],
  ])(
    "on %p lines: %p of ten sessions, and how many there are",
    async (height, shown, frame, count) => {
      for (let n = 0; n < 10; n++) await world.mm("session", "start", "--external-id", `${n}`);
      const lines = await watched(height);
      expect(lines.filter((line) => line.includes(" waiting "))).toHaveLength(shown);
      const hint = height >= 8 ? [HINT] : [];
      expect(lines.slice(-1 - hint.length)).toEqual([count, ...hint]);
      expect(lines).toHaveLength(shown + frame + hint.length);
      const all = await watched(height, "--format", "{state}");
      expect(all.length).toBeLessThanOrEqual(height);
      if (height === 7) expect(all).toEqual([...Array(6).fill("  waiting"), "… and 4 more"]);
    },
  );

  const typed = (text: string): Key => ({ name: "text", text });
  const named = (name: Key["name"]): Key => ({ name, text: "" });

  test("marks the session that the arrows select, shows it, and ends it after a yes", async () => {
    await world.start("startup", { session_id: "c1" });
    await world.prompt("fix the parser", { session_id: "c1" });
    await world.start("startup", { session_id: "c2" });
    await world.prompt("write the docs", { session_id: "c2" });
    const marked = () => /^> .*/mu.exec(Bun.stripANSI(world.frames.at(-2) ?? ""))?.[0] ?? null;
    await watched(24);
    expect(marked()).toBeNull();
    world.keys = [named("down"), named("down")];
    await watched(24);
    expect(marked()).toContain("fix the parser");
    world.keys = [named("down"), named("tab")];
    await watched(24);
    expect(Bun.stripANSI(world.frames.at(-2) ?? "")).toStartWith("write the docs");
    world.keys = [named("down"), typed("e")];
    await watched(24);
    expect(world.frames.at(-2)).toContain("End it? [y/N]  An agent that runs goes on.");
    world.keys = [named("down"), typed("e"), typed("n")];
    await watched(24);
    expect(world.session("c2").ended_at).toBeNull();
    world.keys = [named("down"), typed("e"), typed("y")];
    await watched(24);
    expect(world.session("c2").ended_at).not.toBeNull();
    expect(Bun.stripANSI(world.frames.at(-2) ?? "")).toContain("\n1 live\n");
  });

  test("resumes the session that is selected", async () => {
    mkdirSync(`${world.folder}/bin`);
    writeFileSync(`${world.folder}/bin/claude`, "", { mode: 0o755 });
    world.env = { ...world.env, PATH: `${world.folder}/bin` };
    await world.start("startup", { cwd: world.folder });
    await world.prompt("fix the parser", { cwd: world.folder });
    world.keys = [named("down"), named("enter")];
    await watched(24);
    expect(world.ran).toMatchObject([{ argv: ["claude", "--resume", "c1"], folder: world.folder }]);
    expect(world.frames.at(-1)).toBe("closed");
  });

  test("says which of those that aren't shown are stale", async () => {
    for (let n = 0; n < 3; n++) await world.mm("session", "start", "--external-id", `${n}`);
    world.pass(25 * HOUR);
    await world.start();
    expect((await watched(6)).at(-1)).toBe("1 live, 3 stale, 1 more stale not shown");
  });

  test("is refused on a terminal that can't be redrawn", async () => {
    world.isTerminal = true;
    world.env = { ...world.env, TERM: "dumb" };
    expect(await world.mm("ps", "--watch")).toEqual({
      code: 2,
      out: "",
      err: "mm: --watch needs a terminal that can be redrawn\n  hint: leave it out to print once\n",
    });
  });

  test("gives the terminal back when it fails", async () => {
    world.isTerminal = true;
    await world.start();
    world.untilShown = () => {
      world.exec("DROP TABLE session_events");
      return false;
    };
    expect((await world.mm("ps", "--watch")).code).toBe(1);
    expect(world.frames.at(-1)).toBe("closed");
  });

  test.each([
    [["--watch"], "mm: --watch needs a terminal\n  hint: leave it out to print once\n"],
    [["--watch", "--format", "{nope}"], "mm: unknown field '{nope}' in the template\n"],
  ])("%p is wrong usage", async (words, err) => {
    const outcome = await world.mm("ps", ...words);
    expect(outcome).toMatchObject({ code: 2, out: "" });
    expect(outcome.err).toStartWith(err);
    expect(world.files()).toEqual([]);
  });

  test("and --json exclude each other", async () => {
    expect(await world.mm("ps", "--watch", "--json")).toMatchObject({ code: 2, err: "" });
  });
});
