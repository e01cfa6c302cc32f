import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import type { Key } from "../../src/context.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(async () => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder, PATH: `${world.folder}/bin`, NO_COLOR: "1" };
  mkdirSync(`${world.folder}/bin`);
  writeFileSync(`${world.folder}/bin/claude`, "", { mode: 0o755 });
  for (const [id, name, prompt] of [
    ["h1", "here", "the new limiter lets 61 requests through"],
    ["e1", "elsewhere", "설정 페이지를 서버 컴포넌트로 바꿔 주세요 그리고 테스트도 추가"],
    ["h2", "here", `write docs ${"and more ".repeat(20)}`],
    ["e2", "elsewhere", "why is the deploy job slow 🚀"],
  ] as const) {
    const cwd = `${world.folder}/${name}`;
    mkdirSync(cwd, { recursive: true });
    await world.start("startup", { session_id: id, cwd });
    await world.prompt(prompt, { session_id: id, cwd });
    await world.end("other", { session_id: id, cwd });
    world.pass(60);
  }
  world.cwd = `${world.folder}/here`;
  world.isTerminal = true;
  world.answers = true;
});
afterEach(() => world[Symbol.dispose]());

function press(...words: readonly string[]): void {
  world.keys = words.flatMap((word): Key[] => {
    const name = /^<([\w-]+)>$/u.exec(word)?.[1] as Key["name"] | undefined;
    return name === undefined
      ? [...word].map((text) => ({ name: "text", text }))
      : [{ name, text: "" }];
  });
}

/** The last frame before the screen was closed, as lines. */
const shown = () => (world.frames.at(-2) ?? "").trimEnd().split("\n");
const resumed = () => world.ran.map(({ argv }) => argv.at(-1));

test("this project's are first, those that were last active before", async () => {
  expect(await world.mm("resume")).toEqual({ code: 0, out: "", err: "" });
  expect(world.frames.at(-1)).toBe("closed");
  expect(shown().map((line) => line.trimEnd())).toEqual([
    "Resume: _                                                             4 sessions",
    "> 2m  claude  here       write docs and more and more and more and more and mor…",
    "  4m  claude  here       the new limiter lets 61 requests through",
    "  1m  claude  elsewhere  why is the deploy job slow 🚀",
    "  3m  claude  elsewhere  설정 페이지를 서버 컴포넌트로 바꿔 주세요 그리고 테스…",
    "",
    "Enter resumes · Tab shows · Esc leaves",
  ]);
  expect(world.ran).toEqual([]);
});

test("two checkouts of one name are told apart", async () => {
  world.answers = null;
  for (const above of ["one", "two"]) {
    const cwd = `${world.folder}/${above}/app`;
    mkdirSync(cwd, { recursive: true });
    await world.prompt(`look around ${above}`, { session_id: above, cwd });
    world.pass(60);
  }
  world.answers = true;
  await world.mm("resume");
  expect(shown().filter((line) => line.includes("look around"))).toEqual([
    expect.stringMatching(/ two\/app +look around two$/u),
    expect.stringMatching(/ one\/app +look around one$/u),
  ]);
  press("one/app", "<enter>");
  await world.mm("resume");
  expect(resumed()).toEqual(["one"]);
});

test.each([
  [["<enter>"], "h2"],
  [["<down>", "<down>", "<enter>"], "e2"],
  [["deploy", "<enter>"], "e2"],
  [["elsewhere 설정", "<enter>"], "e1"],
  [["CLAUDE Limiter", "<enter>"], "h1"],
  [["limitt", "<backspace>", "<enter>"], "h1"],
  [["deploy", "<clear>", "<enter>"], "h2"],
  [["<down>", "<tab>", "<enter>"], "h1"],
])("%j resumes %s", async (keys, id) => {
  press(...keys);
  expect((await world.mm("resume")).code).toBe(0);
  expect(resumed()).toEqual([id]);
});

test.each([[["<escape>"]], [["zzz", "<enter>", "<tab>", "<escape>"]]])(
  "%j resumes none",
  async (keys) => {
    press(...keys);
    expect(await world.mm("resume")).toEqual({ code: 0, out: "", err: "" });
    expect(world.ran).toEqual([]);
    expect(world.frames.at(-1)).toBe("closed");
  },
);

test("says what matches, and that nothing does", async () => {
  press("elsew");
  await world.mm("resume");
  expect(shown()[0]).toMatch(/^Resume: elsew_ +2 of 4$/u);
  press("zzz");
  world.frames.length = 0;
  await world.mm("resume");
  expect(shown().slice(1, 2)).toEqual(["No session matches."]);
});

test("Tab shows all of a session, and Tab goes back", async () => {
  press("<tab>");
  await world.mm("resume");
  expect(shown()[0]).toStartWith("write docs and more");
  expect(shown().join("\n")).toContain("claude --resume h2");
  expect(shown().at(-1)).toBe("Enter resumes · Tab goes back · ↑↓ scroll");
  press("<tab>", "<tab>");
  world.frames.length = 0;
  await world.mm("resume");
  expect(shown()[0]).toStartWith("Resume: _");
});

test("chooses among several that words mean", async () => {
  press("<down>", "<enter>");
  expect((await world.mm("resume", "e")).code).toBe(0);
  expect(resumed()).toEqual(["h1"]);
  world.frames.length = 0;
  press("<escape>");
  await world.mm("resume", "write");
  expect(world.frames).toEqual([]);
  expect(resumed()).toEqual(["h1", "h2"]);
});

describe.each([
  [40, 9],
  [20, 6],
  [300, 50],
  [1, 1],
])("on a terminal of %p by %p", (columns, height) => {
  test.each([[[]], [["설정 페이지를 서버 컴포넌트로 바꿔 주세요"]], [["<tab>"]]])(
    "nothing is wider or higher: %j",
    async (keys) => {
      world.columns = columns;
      world.height = height;
      press(...(keys as string[]));
      await world.mm("resume");
      const frames = world.frames.slice(0, -1);
      expect(frames.length).toBeGreaterThan(0);
      for (const lines of frames.map((frame) => frame.trimEnd().split("\n"))) {
        expect(lines.length).toBeLessThanOrEqual(Math.max(2, height));
        const isSheet = !lines[0]?.startsWith("Resume") && keys[0] === "<tab>";
        // A command that is to be copied is never cut.
        if (isSheet) continue;
        expect(Math.max(...lines.map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(
          columns,
        );
      }
    },
  );
});

test.each([
  ["without a terminal", { isTerminal: false }],
  ["without a keyboard", { answers: null }],
  ["on a terminal that can't be redrawn", { env: { TERM: "dumb" } }],
])("%s it lists the sessions instead", async (_, { env, ...change }: object & { env?: object }) => {
  Object.assign(world, change);
  world.env = { ...world.env, ...env };
  const { code, out, err } = await world.mm("resume");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toStartWith("mm: which session?\n  ");
  expect(err).toContain("why is the deploy job slow");
  expect(world.frames).toEqual([]);
});
