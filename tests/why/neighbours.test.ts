import { afterEach, beforeEach, describe, expect } from "bun:test";
import { rmSync } from "node:fs";
import { AskedRepository } from "../support/asking-why.ts";
import { git, makeRepository } from "../support/git.ts";
import { needs } from "../support/tools.ts";
import { World } from "../support/world.ts";

const test = needs("git");

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world[Symbol.dispose]());

const LINE = "a line that stands in both files";
const write = (path: string) => ["Write", { file_path: path, content: `${LINE}\n` }] as const;

describe("a session elsewhere that wrote a file here is found", () => {
  test.each([
    ["in the repository around it", "outer", "outer/inner"],
    ["in a plain folder around it", ".", "outer/inner"],
    ["in a repository inside it", "outer/inner", "outer"],
  ])("%s", async (_, from, to) => {
    const cwd = from === "." ? world.folder : `${world.folder}/${from}`;
    if (from !== ".") makeRepository(cwd, "empty");
    const asked = new AskedRepository(world, to);
    const transcript = await asked.session(
      "claude",
      "write it",
      [write(`${asked.folder}/a.md`)],
      cwd,
    );
    asked.write("a.md", LINE);
    asked.commit("written from elsewhere");
    const author = { client: "claude", prompt: "write it" };
    expect(await asked.why("a.md:1")).toMatchObject({ certainty: "certain", sessions: [author] });
    expect(await asked.why("a.md")).toMatchObject({ sessions: [author] });
    expect(await asked.why("--commit", "HEAD")).toMatchObject({ sessions: [{ lines: 1 }] });
    rmSync(transcript);
    expect(await asked.why("a.md:1")).toMatchObject({ certainty: "likely", sessions: [author] });
  });

  test("but not by a file of that name of its own", async () => {
    const outer = `${world.folder}/outer`;
    makeRepository(outer, "empty");
    const asked = new AskedRepository(world, "outer/inner");
    const deep = new AskedRepository(world, "outer/inner/deep");
    world.cwd = asked.folder;
    for (const folder of [outer, deep.folder]) {
      await asked.session("claude", "write another", [write(`${folder}/a.md`)], folder);
    }
    asked.write("a.md", LINE);
    asked.commit("copied by a person");
    expect(await asked.why("a.md:1")).toMatchObject({ certainty: "nobody" });
    expect(await asked.why("a.md")).toMatchObject({ sessions: [] });
  });
});

describe("a folder that is gone", () => {
  test("was a working tree only if something tells so", async () => {
    const asked = new AskedRepository(world);
    const other = `${world.folder}/other`;
    makeRepository(other, "another");
    await asked.session("claude", "try it", [], other);
    await asked.session("claude", "try it elsewhere", [
      write(`${other}/a.md`),
      write(`${world.folder}/some/scratch/a.md`),
      write(`${asked.folder}/packages/old/a.md`),
    ]);
    rmSync(other, { recursive: true });
    asked.write("a.md", LINE);
    asked.commit("copied by a person");
    expect(await asked.why("a.md:1")).toMatchObject({ certainty: "nobody" });
    expect(await asked.why("a.md")).toMatchObject({ sessions: [] });
  });

  test.each([
    ["where a session of the project ran", "some/where/tree", true],
    ["beside the others", "tree", false],
    ["among an agent's working trees", ".agent/worktrees/4f2a/shop", false],
    ["among those inside", "shop/.claude/worktrees/tree", false],
  ])("%s was one", async (_, name, ran) => {
    const asked = new AskedRepository(world);
    const tree = `${world.folder}/${name}`;
    git(asked.folder, "worktree", "add", "-q", "-b", "other", tree);
    if (ran) await asked.session("codex", "look around", [], tree);
    await asked.session("claude", "write it there", [write(`${tree}/a.md`)]);
    git(asked.folder, "worktree", "remove", "--force", tree);
    asked.write("a.md", LINE);
    asked.commit("merged");
    expect(await asked.why("a.md:1")).toMatchObject({ certainty: "certain" });
  });
});
