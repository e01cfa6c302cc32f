import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
let folder: string;
beforeEach(() => {
  world = new HookWorld();
  world.env = { ...world.env, HOME: world.folder, PATH: `${world.folder}/bin` };
  mkdirSync(`${world.folder}/bin`);
  for (const name of ["claude", "codex", "copilot"]) addProgram(name);
  folder = `${world.folder}/shop`;
  mkdirSync(folder);
});
afterEach(() => world[Symbol.dispose]());

function addProgram(name: string): void {
  writeFileSync(`${world.folder}/bin/${name}`, "#!/bin/sh\n", { mode: 0o755 });
}

/** A session that has ended. */
async function session(
  id: string,
  prompt: string,
  { agent = "claude", cwd = folder, ends = true } = {},
): Promise<void> {
  const call = (event: string, fields: object = {}) =>
    world.hook(agent, event, { session_id: id, cwd, hook_event_name: event, ...fields });
  await call("SessionStart", { source: "startup" });
  await call("UserPromptSubmit", { prompt });
  if (ends) await call("SessionEnd", { reason: "other" });
  world.pass(60);
}

const idOf = (externalId: string) => world.session(externalId).id;

describe("mm resume", () => {
  test("becomes the agent in the session's folder, and exits as it does", async () => {
    await session("c1", "fix the parser");
    world.program = () => 7;
    world.env = { ...world.env, MM_SESSION_ID: "another" };
    expect(await world.mm("resume", idOf("c1"))).toEqual({ code: 7, out: "", err: "" });
    const [ran] = world.ran;
    expect(ran?.argv).toEqual(["claude", "--resume", "c1"]);
    expect(ran?.folder).toBe(folder);
    expect(ran?.env).toMatchObject({ PWD: folder, HOME: world.folder });
    expect(ran?.env).not.toHaveProperty("MM_SESSION_ID");
  });

  test.each([
    [["last"], "x2"],
    [["parser"], "c1"],
    [["PARSER", "fix"], "c1"],
    [["fix  the parser"], "c1"],
    [["설정"], "c3"],
    [["docs"], "x2"],
    [["only said later"], "c1"],
    [["parser", "said"], "c1"],
  ])("%j", async (words, externalId) => {
    await session("c1", "fix the parser", { ends: false });
    await world.prompt("what was only said later");
    await world.end();
    await session("c3", "설정 페이지");
    await session("x2", "write the docs", { agent: "codex" });
    expect(await world.mm("resume", ...words)).toMatchObject({ code: 0, err: "" });
    expect(world.ran.map(({ argv }) => argv.at(-1))).toEqual([externalId]);
  });

  test("takes the beginning of an id", async () => {
    await session("c1", "fix the parser");
    expect((await world.mm("resume", idOf("c1").slice(0, 8))).code).toBe(0);
    expect(world.ran).toHaveLength(1);
  });

  test("a word in a title is meant before one in a prompt; a wildcard is a letter like others", async () => {
    await session("c1", "the limiter");
    await session("c2", "write all the docs");
    await world.prompt("say more of the limiter 100%", { session_id: "c2", cwd: folder });
    expect(await world.mm("resume", "limiter")).toMatchObject({ code: 0, err: "" });
    expect(await world.mm("resume", "100%")).toMatchObject({ code: 0, err: "" });
    expect(world.ran.map(({ argv }) => argv.at(-1))).toEqual(["c1", "c2"]);
    expect((await world.mm("resume", "1%0")).code).toBe(1);
  });

  test("what no title and no prompt has may be the project or the agent, as in the list", async () => {
    await session("c1", "fix the parser");
    await session("x2", "write the docs", { agent: "codex" });
    expect(await world.mm("resume", "codex")).toMatchObject({ code: 0, err: "" });
    expect((await world.mm("resume", "codex", "docs")).code).toBe(0);
    expect(world.ran.map(({ argv }) => argv.at(-1))).toEqual(["x2", "x2"]);
    expect((await world.mm("resume", "codex", "parser")).code).toBe(1);
  });

  test("a word of any length is only a word", async () => {
    await session("c1", "fix the parser");
    const { code, err } = await world.mm("resume", "x".repeat(100_000));
    expect(code).toBe(1);
    expect(err.length).toBeLessThan(300);
  });

  test("of several without a terminal it lists them, and runs none", async () => {
    await session("c1", "fix the parser");
    await session("c2", "fix the lexer");
    const { code, out, err } = await world.mm("resume", "fix");
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toStartWith("mm: 2 sessions match 'fix'\n");
    expect(err).toContain(`\n  ${idOf("c1").slice(0, 8)}  `);
    expect(err).toContain("fix the lexer\n");
    expect(err).toContain("mm resume ID");
    expect((await world.mm("resume")).err).toStartWith("mm: which session?\n");
    expect(world.ran).toEqual([]);
  });

  test.each([
    [["resume"], "there is no session to resume yet"],
    [["resume", "last"], "there is no session yet"],
    [["resume", "parser"], "no session to resume matches 'parser'"],
  ])("%j where nothing is stored", async (words, message) => {
    const { code, out, err } = await world.mm(...words);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toStartWith(`mm: ${message}`);
    expect(world.files()).toEqual([]);
  });

  test("a session whose agent can't resume", async () => {
    await world.mm("session", "start", "-a", "nightly");
    const { code, err } = await world.mm("resume", HookWorld.id(1));
    expect(code).toBe(1);
    expect(err).toStartWith("mm: mm knows no command by which nightly resumes a session\n");
  });

  test("an agent that isn't on PATH", async () => {
    await session("c1", "fix the parser");
    rmSync(`${world.folder}/bin/claude`);
    const { code, err } = await world.mm("resume", "last");
    expect(code).toBe(1);
    expect(err).toBe(
      `mm: claude isn't on PATH\n  hint: with Claude Code on PATH, type: cd ${folder} && claude --resume c1\n`,
    );
    expect(world.ran).toEqual([]);
  });

  test("asks before it resumes what is open elsewhere", async () => {
    world.agent = { pid: 5, startedTicks: 1, namespace: 0 };
    await session("c1", "fix the parser", { ends: false });
    world.answers = false;
    const { code, err } = await world.mm("resume", "last");
    expect(code).toBe(1);
    expect(err).toContain(`"fix the parser" is open elsewhere (busy). Resume it here too? [y/N] `);
    expect(world.ran).toEqual([]);
    world.answers = true;
    expect((await world.mm("resume", "last")).code).toBe(0);
    world.gone.add(5);
    world.answers = false;
    expect((await world.mm("resume", "last")).code).toBe(0);
    expect(world.ran).toHaveLength(2);
  });
});

test.each([[["resume", ""]], [["resume", " "]], [["resume", "", " "]]])(
  "%j is wrong usage",
  async (words) => {
    await session("c1", "fix the parser");
    expect(await world.mm(...words)).toMatchObject({
      code: 2,
      out: "",
      err: "mm: the session id is empty\n",
    });
  },
);

describe("--print", () => {
  test("prints a line for a shell", async () => {
    const cwd = `${world.folder}/it's here`;
    mkdirSync(cwd);
    await session("c1", "fix the parser", { cwd });
    expect(await world.mm("resume", "last", "--print")).toEqual({
      code: 0,
      out: `cd '${world.folder}/it'\\''s here' && claude --resume c1\n`,
      err: "",
    });
    expect(world.ran).toEqual([]);
  });
});

describe("a folder that is gone", () => {
  test("of no repository", async () => {
    await session("c1", "fix the parser");
    rmSync(folder, { recursive: true });
    for (const words of [["last"], ["last", "--print"]]) {
      const { code, out, err } = await world.mm("resume", ...words);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toBe(
        `mm: the session's folder is gone: ${folder}\n  hint: go to where it is now, and type: claude --resume c1\n`,
      );
    }
  });

  describe("of a repository that has moved", () => {
    const moved = () => `${world.folder}/moved`;
    beforeEach(async () => {
      const log = `0 1 A <a@b> 1700000000 +0000\tcommit (initial): x\n`.replace(
        "0 1",
        `${"0".repeat(40)} ${"1".repeat(40)}`,
      );
      mkdirSync(`${folder}/.git/logs`, { recursive: true });
      mkdirSync(`${folder}/src`);
      writeFileSync(`${folder}/.git/HEAD`, "ref: refs/heads/main\n");
      writeFileSync(`${folder}/.git/logs/HEAD`, log);
      await session("c1", "fix the parser", { cwd: `${folder}/src` });
      renameSync(folder, moved());
      await session("c2", "at the new place", { cwd: moved() });
    });

    test("says so, and where it is now", async () => {
      const { code, err } = await world.mm("resume", "parser");
      expect(code).toBe(1);
      expect(err).toBe(
        `mm: the session's folder is gone: ${folder}/src\n  hint: its repository is at ${moved()}/src now: cd ${moved()}/src && claude --resume c1\n`,
      );
    });

    test("offers that place on a terminal", async () => {
      world.answers = false;
      expect(await world.mm("resume", "parser")).toMatchObject({ code: 1 });
      expect(world.ran).toEqual([]);
      world.answers = true;
      const { code, err } = await world.mm("resume", "parser");
      expect(code).toBe(0);
      expect(err).toContain(`${folder}/src is gone; its repository is at ${moved()}/src now.`);
      expect(world.ran[0]).toMatchObject({ folder: `${moved()}/src` });
      rmSync(`${moved()}/src`, { recursive: true });
      expect((await world.mm("resume", "parser")).code).toBe(0);
      expect(world.ran[1]).toMatchObject({ folder: moved() });
    });

    test("prints the line for it", async () => {
      const { code, out, err } = await world.mm("resume", "parser", "--print");
      expect(code).toBe(0);
      expect(out).toBe(`cd ${moved()}/src && claude --resume c1\n`);
      expect(err).toContain("is gone");
    });
  });
});
