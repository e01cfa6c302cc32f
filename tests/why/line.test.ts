import { describe, expect } from "bun:test";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { type AskedRepository, edit, inRepository } from "../support/asking-why.ts";
import { git } from "../support/git.ts";
import { needs } from "../support/tools.ts";
import type { World } from "../support/world.ts";

const test = needs("git");

let world: World;
let repository: AskedRepository;
inRepository((...made) => {
  [repository, world] = made;
});

const path = (name: string) => repository.path(name);

/** A file by a person, and an edit of it by Claude Code that is committed. */
async function edited(): Promise<string> {
  repository.write("src/cart.ts", "one", "two", "three");
  repository.commit("by hand");
  const transcript = await repository.session("claude", "make two larger", [
    edit(path("src/cart.ts"), "one\ntwo", "one\ntwo hundred"),
  ]);
  repository.write("src/cart.ts", "one", "two hundred", "three");
  repository.commit("larger");
  return transcript;
}

describe("a line", () => {
  test("that an edit of a transcript wrote is certain", async () => {
    await edited();
    const answer = await repository.why("src/cart.ts:2");
    expect(answer).toMatchObject({
      file: "src/cart.ts",
      text: "two hundred",
      certainty: "certain",
      committed: true,
      commit: { subject: "larger" },
      sessions: [
        {
          client: "claude",
          model: "claude-sonnet-5-5",
          tool: "Edit",
          prompt: "make two larger",
          said: "I will make two larger.",
        },
      ],
    });
    expect(answer.sessions[0]?.resume_command).toMatch(/^cd \S+ && claude --resume \S+$/u);
    expect((await world.mm("why", "src/cart.ts:2")).out).toContain("Prompt   make two larger\n");
  });

  test("that a person wrote is nobody's, though an agent changed the file", async () => {
    await edited();
    for (const line of ["1", "3"])
      expect(await repository.why(`src/cart.ts:${line}`)).toMatchObject({
        certainty: "nobody",
        sessions: [],
        commit: { subject: "by hand" },
      });
    repository.write("src/cart.ts", "one", "two hundred", "three", "four");
    expect(await repository.why("src/cart.ts:4")).toMatchObject({ certainty: "nobody" });
  });

  test("that isn't committed yet", async () => {
    await edited();
    await repository.session("codex", "add four", [
      [
        "apply_patch",
        "*** Begin Patch\n*** Update File: src/cart.ts\n@@\n three\n+four\n*** End Patch",
      ],
    ]);
    repository.write("src/cart.ts", "zero by hand", "one", "two hundred", "three", "four");
    expect(await repository.why("src/cart.ts:5")).toMatchObject({
      certainty: "certain",
      committed: false,
      commit: null,
      sessions: [{ client: "codex", prompt: "add four" }],
    });
    expect(await repository.why("src/cart.ts:3")).toMatchObject({
      certainty: "certain",
      sessions: [{ client: "claude" }],
    });
    expect(await repository.why("src/cart.ts:1")).toMatchObject({ certainty: "nobody" });
  });

  test("whose transcript is gone is likely by whoever changed the file last", async () => {
    rmSync(await edited());
    expect(await repository.why("src/cart.ts:2")).toMatchObject({
      certainty: "likely",
      sessions: [{ client: "claude", prompt: "make two larger" }],
    });
  });

  test("of which an agent replaced a part", async () => {
    repository.write("a.ts", 'const port = "80";', "const host = 1;");
    repository.commit("by hand");
    await repository.session("gemini", "another port", [
      ["replace", { file_path: path("a.ts"), old_string: '"80"', new_string: '"8080"' }],
    ]);
    repository.write("a.ts", 'const port = "8080";', "const host = 1;");
    repository.commit("port");
    expect(await repository.why("a.ts:1")).toMatchObject({
      certainty: "certain",
      sessions: [{ client: "gemini" }],
    });
    expect(await repository.why("a.ts:2")).toMatchObject({ certainty: "nobody" });
  });

  test("that a person restored after an agent had removed it is nobody's", async () => {
    await edited();
    await repository.session("codex", "small again", [
      [
        "apply_patch",
        "*** Begin Patch\n*** Update File: src/cart.ts\n@@\n-two hundred\n+two\n*** End Patch",
      ],
    ]);
    repository.write("src/cart.ts", "one", "two", "three");
    repository.commit("smaller");
    git(repository.folder, "revert", "--no-edit", "HEAD");
    expect(await repository.why("src/cart.ts:2")).toMatchObject({ certainty: "nobody" });
  });

  test("that a formatter changed is likely by whoever wrote it", async () => {
    await repository.session("claude", "write it", [
      ["Write", { file_path: path("a.ts"), content: "const name = 'cart'\n" }],
    ]);
    repository.write("a.ts", '  const name = "cart";');
    repository.commit("formatted");
    expect(await repository.why("a.ts:1")).toMatchObject({
      certainty: "likely",
      sessions: [{ prompt: "write it" }],
    });
  });

  test("as of an earlier commit", async () => {
    await edited();
    repository.write("src/cart.ts", "all new");
    repository.commit("new");
    expect(await repository.why("src/cart.ts:2", "--commit", "HEAD~1")).toMatchObject({
      text: "two hundred",
      certainty: "certain",
    });
    expect((await world.mm("why", "src/cart.ts:2", "--commit", "nope")).code).toBe(2);
  });
});

describe("the file and the repository may have moved", () => {
  test("renames are followed", async () => {
    await edited();
    git(repository.folder, "mv", "src/cart.ts", "src/basket.ts");
    repository.commit("renamed");
    expect(await repository.why("src/basket.ts:2")).toMatchObject({
      certainty: "certain",
      sessions: [{ prompt: "make two larger" }],
    });
  });

  test("other working trees count, and so does a folder that was moved", async () => {
    await edited();
    const tree = `${world.folder}/tree`;
    git(repository.folder, "worktree", "add", "-q", "-b", "other", tree);
    await repository.session(
      "claude",
      "in a worktree",
      [["Write", { file_path: `${tree}/new.ts`, content: "from the worktree\n" }]],
      tree,
    );
    writeFileSync(`${tree}/new.ts`, "from the worktree\n");
    git(tree, "add", "-A");
    git(tree, "commit", "-q", "-m", "there", `--date=${world.clock.toISOString()}`);
    git(repository.folder, "merge", "-q", "other");
    expect(await repository.why("new.ts:1")).toMatchObject({
      certainty: "certain",
      sessions: [{ prompt: "in a worktree" }],
    });
    expect(await repository.why(`${tree}/src/cart.ts:2`)).toMatchObject({ certainty: "certain" });
  });

  test("a shallow clone says what it can't know", async () => {
    await edited();
    repository.write("b.ts", "by hand");
    repository.commit("more");
    const clone = `${world.folder}/clone`;
    git(world.folder, "clone", "-q", "--depth", "1", `file://${repository.folder}`, clone);
    expect(await repository.why(`${clone}/src/cart.ts:3`)).toMatchObject({
      certainty: "unknown",
      reason: "this clone is shallow, and the line is older than what it holds",
    });
  });

  test("outside a repository, and without git, transcripts are all there is", async () => {
    const plain = `${world.folder}/plain`;
    await repository.session(
      "claude",
      "a note",
      [["Write", { file_path: `${plain}/note.txt`, content: "buy bread and butter\n" }]],
      plain,
    );
    repository.write("../plain/note.txt", "buy bread and butter", "by hand");
    expect(await repository.why(`${plain}/note.txt:1`)).toMatchObject({
      certainty: "certain",
      committed: null,
      sessions: [{ prompt: "a note" }],
    });
    expect(await repository.why(`${plain}/note.txt:2`)).toMatchObject({
      certainty: "unknown",
      reason: "the file is in no git repository, and no transcript has this line",
    });
    await edited();
    world.env = { ...world.env, PATH: "/nonexistent" };
    expect(await repository.why("src/cart.ts:2")).toMatchObject({ certainty: "certain" });
    expect(await repository.why("src/cart.ts:1")).toMatchObject({
      certainty: "unknown",
      reason: "git isn't on PATH, and no transcript has this line",
    });
  });
});

describe("files of every kind", () => {
  test.each(['it\'s "odd".ts', "line:12", "two\nlines.ts", ":12", "-x.ts", "é 한.ts"])(
    "%p",
    async (name) => {
      await repository.session("claude", "write it", [
        ["Write", { file_path: path(name), content: "first line\nsecond line\n" }],
      ]);
      repository.write(name, "first line", "second line");
      repository.commit("odd");
      const words = [`./${name}:2`];
      expect(await repository.why(...words)).toMatchObject({ file: name, certainty: "certain" });
      expect(await repository.why(`./${name}`)).toMatchObject({
        sessions: [{ prompt: "write it" }],
      });
    },
  );

  test("binary, missing, too short, a folder, no line 0", async () => {
    writeFileSync(path("a.bin"), "\0\x01\n");
    repository.write("a.ts", "x");
    expect(await repository.why("a.bin:1")).toMatchObject({
      certainty: "unknown",
      reason: "the file is binary",
    });
    for (const word of ["gone.ts:1", "a.ts:2", ".", "a.ts:0", ""])
      expect(await world.mm("why", word)).toMatchObject({ code: 2, out: "" });
    expect((await world.mm("why")).code).toBe(2);
  });

  test("of 200,000 lines", async () => {
    const lines = Array.from({ length: 200_000 }, (_, n) => `line ${n}`);
    repository.write("large.txt", ...lines);
    repository.commit("large");
    await repository.session("claude", "change it", [
      edit(path("large.txt"), "line 150000", "line 150000 changed"),
    ]);
    repository.write("large.txt", "on top", ...lines.with(150_000, "line 150000 changed"));
    expect(await repository.why("large.txt:150002")).toMatchObject({ certainty: "certain" });
    expect(await repository.why("large.txt:150003")).toMatchObject({
      certainty: "nobody",
      commit: { subject: "large" },
    });
  });

  test("nothing is recorded yet", async () => {
    repository.write("a.ts", "x");
    expect(await repository.why("a.ts:1")).toMatchObject({
      certainty: "unknown",
      reason: "nothing is recorded yet",
    });
    expect(world.files()).toEqual([]);
  });
});

test("a file that was deleted still has its sessions", async () => {
  await edited();
  rmSync(path("src/cart.ts"));
  repository.commit("gone");
  expect(await repository.why("src/cart.ts")).toMatchObject({
    sessions: [{ prompt: "make two larger", did: { changed: 1 } }],
  });
  expect(await repository.why("src/cart.ts:2", "--commit", "HEAD~1")).toMatchObject({
    certainty: "certain",
  });
});

test("a moved folder is the same project", async () => {
  await edited();
  world.cwd = world.folder;
  const moved = `${world.folder}/moved`;
  renameSync(repository.folder, moved);
  expect(await repository.why(`${moved}/src/cart.ts:2`)).toMatchObject({ certainty: "certain" });
});
