import { describe, expect } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { Git } from "../../src/why/git.ts";
import { type AskedRepository, edit, inRepository } from "../support/asking-why.ts";
import { commitAt, git, makeRepository } from "../support/git.ts";
import { needs } from "../support/tools.ts";
import type { World } from "../support/world.ts";

const test = needs("git");

let world: World;
let repository: AskedRepository;
inRepository((...made) => {
  [repository, world] = made;
});

const path = (name: string) => repository.path(name);
const LINE = "a line that stands in both files";

describe("a file of the same name", () => {
  test("elsewhere is another file, whatever an agent wrote there", async () => {
    const other = `${world.folder}/other`;
    makeRepository(other, "empty");
    mkdirSync(`${world.folder}/plain/docs`, { recursive: true });
    await repository.session("claude", "write them", [
      ["Write", { file_path: `${other}/README.md`, content: `${LINE}\n` }],
      ["Write", { file_path: `${world.folder}/plain/docs/a.md`, content: `${LINE}\n` }],
    ]);
    repository.write("README.md", LINE);
    repository.write("docs/a.md", LINE);
    repository.commit("copied by a person");
    expect(await repository.why("README.md:1")).toMatchObject({ certainty: "nobody" });
    expect(await repository.why("docs/a.md:1")).toMatchObject({ certainty: "nobody" });
    expect(await repository.why("README.md")).toMatchObject({ sessions: [] });
  });

  test("in another working tree is the same file, even if that tree is gone", async () => {
    const tree = `${world.folder}/tree`;
    git(repository.folder, "worktree", "add", "-q", "-b", "other", tree);
    await repository.session("claude", "write it there", [
      ["Write", { file_path: `${tree}/README.md`, content: `${LINE}\n` }],
    ]);
    repository.write("README.md", LINE);
    repository.commit("merged");
    expect(await repository.why("README.md:1")).toMatchObject({ certainty: "certain" });
    git(repository.folder, "worktree", "remove", "--force", tree);
    expect(await repository.why("README.md:1")).toMatchObject({ certainty: "certain" });
  });

  test("may be reached through a link", async () => {
    symlinkSync(repository.folder, `${world.folder}/link`);
    await repository.session("claude", "write it", [
      ["Write", { file_path: `${world.folder}/link/README.md`, content: `${LINE}\n` }],
    ]);
    repository.write("README.md", LINE);
    repository.commit("written");
    expect(await repository.why("README.md:1")).toMatchObject({ certainty: "certain" });
  });
});

test("a link to a file is that file, for whoever asks and whoever writes", async () => {
  repository.write("AGENTS.md", "by hand");
  symlinkSync("AGENTS.md", path("CLAUDE.md"));
  repository.commit("by hand");
  await repository.session("claude", "add a rule", [
    edit(path("CLAUDE.md"), "by hand", "by hand\nby an agent"),
  ]);
  repository.write("AGENTS.md", "by hand", "by an agent");
  repository.commit("a rule");
  for (const name of ["AGENTS.md", "CLAUDE.md"]) {
    expect(await repository.why(`${name}:2`)).toMatchObject({
      file: "AGENTS.md",
      certainty: "certain",
      commit: { subject: "a rule" },
    });
    expect(await repository.why(`${name}:1`)).toMatchObject({ certainty: "nobody" });
  }
});

describe("git that can't tell", () => {
  /** A file by an agent and a person, all committed. */
  async function both(): Promise<void> {
    await repository.session("claude", "write it", [
      ["Write", { file_path: path("a.ts"), content: "by an agent\n" }],
    ]);
    repository.write("a.ts", "by an agent", "by hand");
    repository.commit("both");
  }

  /** A git that does something else where its words match. */
  function shim(pattern: string, body: string): void {
    const bin = `${world.folder}/bin`;
    mkdirSync(bin, { recursive: true });
    const real = Bun.which("git") ?? "";
    writeFileSync(
      `${bin}/git`,
      `#!/bin/sh\ncase "$*" in ${pattern}) ${body};; esac\nexec ${real} "$@"\n`,
    );
    chmodSync(`${bin}/git`, 0o755);
    world.env = { ...world.env, PATH: `${bin}:${process.env["PATH"]}` };
  }

  test("of any commit, as in the repository of another user, isn't taken for nobody's line", async () => {
    await both();
    shim("*", "exit 128");
    const reason =
      "git can't tell the commits of this repository, which may belong to another user, or took more than 10 seconds";
    expect(await repository.why("a.ts:1")).toMatchObject({ certainty: "certain", committed: null });
    expect(await repository.why("a.ts:2")).toMatchObject({
      certainty: "unknown",
      committed: null,
      reason: `${reason}, and no transcript has this line`,
    });
    for (const words of [["a.ts:2"], ["a.ts"], []])
      expect(await world.mm("why", ...words, "--commit", "HEAD")).toMatchObject({
        code: 2,
        err: `mm: ${reason}\n`,
      });
  });

  test("a repository without a commit has lines that aren't committed", async () => {
    repository.write("a.ts", "by hand");
    await repository.session("claude", "nothing", []);
    expect(await repository.why("a.ts:1")).toMatchObject({
      certainty: "nobody",
      committed: false,
    });
  });

  test("has ten seconds for an answer, not for each question", async () => {
    const given: number[] = [];
    const slow = new Git(
      {
        env: world.env,
        now: () => world.clock,
        capture: async (_, timeoutMs) => {
          given.push(timeoutMs);
          world.pass(6);
          return "";
        },
      },
      "/shop",
      "/shop/.git",
    );
    await slow.commit("HEAD");
    expect(await slow.canTell()).toBe(false);
    expect(await slow.canTell()).toBe(false);
    expect(given).toEqual([10_000, 4000]);
  });

  test("prints UTF-8, whatever else the repository wants", async () => {
    await both();
    git(repository.folder, "config", "i18n.logOutputEncoding", "UTF-16");
    expect(await repository.why("a.ts:1")).toMatchObject({
      certainty: "certain",
      commit: { subject: "both" },
    });
    expect(await repository.why("--commit", "HEAD")).toMatchObject({ sessions: [{ lines: 1 }] });
  });
});

test("the sessions of a file as of a commit are those before it", async () => {
  await repository.session("claude", "write it", [
    ["Write", { file_path: path("a.ts"), content: "one\n" }],
  ]);
  repository.write("a.ts", "one");
  commitAt(repository.folder, world.clock, "one");
  repository.pass();
  await repository.session("codex", "add two", [
    ["apply_patch", "*** Begin Patch\n*** Update File: a.ts\n@@\n one\n+two\n*** End Patch"],
  ]);
  repository.write("a.ts", "one", "two");
  commitAt(repository.folder, world.clock, "two");
  const prompts = async (...words: string[]) =>
    (await repository.why("a.ts", ...words)).sessions.map(({ prompt }) => prompt);
  expect(await prompts()).toEqual(["add two", "write it"]);
  expect(await prompts("--commit", "HEAD")).toEqual(["add two", "write it"]);
  expect(await prompts("--commit", "HEAD~1")).toEqual(["write it"]);
  expect(await world.mm("why", "a.ts", "--commit", "nope")).toMatchObject({
    code: 2,
    err: "mm: there is no commit nope here\n",
  });
});

test("what can't be a path is no file", async () => {
  repository.write("a.ts", "one");
  for (const word of ["a.ts/b:1", "a.ts/b", "a\0b:1", `${"x".repeat(300)}:1`])
    expect(await world.mm("why", word)).toMatchObject({ code: word === "a.ts/b" ? 0 : 2 });
});
