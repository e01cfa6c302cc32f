import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Machine } from "../support/machine.ts";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine[Symbol.dispose]());

const out = async (...words: string[]) => (await machine.mm(...words)).out;

const EMPTY = [
  [["list"], "No sessions found.\n"],
  [["ps"], "No live sessions.\n"],
  [["search", "x"], "No matches.\n"],
  [["stats"], "No sessions found.\n"],
  [["stats", "hooks"], "No hook has stored anything.\n"],
] as const;

describe.each(EMPTY)("%p where nothing is recorded", (words, first) => {
  test("without an agent", async () => {
    expect(await out(...words)).toBe(`${first}Install an agent, then: mm hooks install\n`);
    expect(machine.files()).toEqual([]);
  });

  test("with agents that don't report", async () => {
    machine.addProgram("codex");
    expect(await out(...words)).toBe(`${first}Codex CLI is on this machine: mm hooks install\n`);
    machine.addProgram("claude");
    expect(await out(...words)).toBe(
      `${first}Claude Code and Codex CLI are on this machine: mm hooks install\n`,
    );
  });

  test("a command is never broken over two lines", async () => {
    for (const program of ["claude", "codex", "gemini", "qwen"]) machine.addProgram(program);
    expect(await out(...words)).toBe(
      `${first}Claude Code, Codex CLI, Gemini CLI, and Qwen Code are on this machine:\nmm hooks install\n`,
    );
  });

  test("with hooks of which nothing came", async () => {
    await machine.install("qwen");
    expect(await out(...words)).toBe(
      `${first}Hooks are installed for Qwen Code, and nothing has come yet.\nStart qwen, then: mm hooks status\n`,
    );
  });

  test("with calls of hooks that wait in the spool", async () => {
    await machine.install("qwen");
    mkdirSync(`${machine.home}/spool`, { recursive: true });
    writeFileSync(`${machine.home}/spool/1-a.json`, "{}");
    expect(await out(...words)).toBe(
      `${first}1 hook call waits in the spool, and the next one stores it. To do that now:\nmm doctor --fix\n`,
    );
  });

  test("scripts get the same as ever", async () => {
    machine.addProgram("codex");
    const { out, err } = await machine.mm(...words, "--json");
    expect(JSON.parse(out)).toBeObject();
    expect(err).toBe("");
  });
});

test.each([[["show"]], [["events"]], [["export"]], [["show", "last"]], [["resume", "last"]]])(
  "%p has a hint that fits this machine",
  async (words) => {
    machine.addProgram("codex");
    expect((await machine.mm(...words)).err).toEndWith(
      "\n  hint: Codex CLI is on this machine: mm hooks install\n",
    );
  },
);

test("ps --format prints nothing", async () => {
  expect(await out("ps", "--format", "{id}")).toBe("");
});

describe("filters that match nothing", () => {
  async function recorded(): Promise<void> {
    for (const [agent, project] of [
      ["claude-code", "shop"],
      ["claude-code", "shop"],
      ["codex", "site"],
    ] as const) {
      machine.cwd = `${machine.folder}/${project}`;
      machine.put(`${machine.cwd}/.git/HEAD`, "ref: refs/heads/main\n");
      await machine.mm("session", "start", "--agent", agent);
      await machine.mm("session", "end");
      machine.pass(60);
    }
  }

  test("an agent without sessions", async () => {
    await recorded();
    const line = "Agents with sessions: claude-code (2), codex (1)\n";
    expect(await out("list", "-a", "gemini")).toBe(`No sessions found.\n${line}`);
    expect(await out("ps", "-a", "gemini")).toBe(`No live sessions.\n${line}`);
    expect(await out("stats", "-a", "gemini")).toBe(`No sessions found.\n${line}`);
    expect(await out("search", "x", "-a", "gemini")).toBe(`No matches.\n${line}`);
  });

  test("an agent whose hooks wait for something", async () => {
    await machine.mm("session", "start", "--agent", "claude-code");
    await machine.install("codex");
    const text = await out("list", "-a", "codex");
    expect(text).toContain("\nCodex CLI's hooks need you: start codex and choose");
  });

  test("a project without sessions", async () => {
    await recorded();
    expect(await out("list", "--project", "nope")).toBe(
      "No sessions found.\nProjects with sessions: shop (2), site (1)\n",
    );
    machine.cwd = "/";
    expect(await out("list", "--project", ".")).toContain("Projects with sessions: ");
  });

  test("others", async () => {
    await recorded();
    const all = "3 sessions in all: mm list\n";
    expect(await out("list", "--active")).toBe(`No sessions found.\n${all}`);
    expect(await out("list", "-a", "claude", "--until", "2020-01-01")).toEndWith(`\n${all}`);
    expect(await out("ps")).toBe(`No live sessions.\n${all}`);
    expect(await out("search", "nothing")).toBe(
      `No matches.\nTry other words, or the beginning of one. ${all}`,
    );
    expect(await out("search", "--file", "x.ts")).toBe(`No matches.\n${all}`);
  });
});
