import { expect } from "bun:test";
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

test("the sessions of a file are listed under its earlier names, the latest first", async () => {
  await repository.session("claude", "write it", [
    ["Write", { file_path: path("old.ts"), content: "one\ntwo\nthree\nfour\n" }],
  ]);
  repository.write("old.ts", "one", "two", "three", "four");
  repository.commit("first");
  git(repository.folder, "mv", "old.ts", "new.ts");
  repository.commit("renamed");
  await repository.session("gemini", "look at it, then change it", [
    ["read_file", { file_path: path("new.ts") }],
    ["replace", { file_path: path("new.ts"), old_string: "one", new_string: "1" }],
  ]);
  await repository.session("codex", "elsewhere", [
    ["apply_patch", "*** Begin Patch\n*** Add File: sub/new.ts\n+x\n*** End Patch"],
  ]);
  expect(await repository.why("new.ts")).toMatchObject({
    earlier_names: ["old.ts"],
    more: false,
    sessions: [
      { client: "gemini", prompt: "look at it, then change it", did: { changed: 1, read: 1 } },
      { client: "claude", prompt: "write it", did: { changed: 1, read: 0 } },
    ],
  });
  expect(await repository.why("new.ts", "--limit", "1")).toMatchObject({
    more: true,
    sessions: [{ client: "gemini" }],
  });
  const { out } = await world.mm("why", "new.ts");
  expect(out).toContain("Did      changed it once, read it once\n");
  expect(out).toContain("Resume   cd ~/shop && claude --resume ");
  expect((await world.mm("why", "nobody.ts")).out).toBe(
    "nobody.ts\nNote     there is no such file\n\nNo recorded session touched it.\n",
  );
});

test("a file that isn't there is told", async () => {
  repository.write("a.ts", "x");
  repository.commit("by hand");
  for (const words of [["nope"], ["nope", "--commit", "HEAD"], ["src/nope.ts"]]) {
    const { code, out } = await world.mm("why", ...words);
    expect(code).toBe(0);
    expect(out).toContain("\nNote     there is no such file\n\nNo recorded session touched it.\n");
    expect(await repository.why(...words)).toMatchObject({ reason: "there is no such file" });
  }
  expect((await world.mm("why", "a.ts")).out).toBe("a.ts\n\nNo recorded session touched it.\n");
  await repository.session("claude", "write it", [
    ["Write", { file_path: `${repository.folder}/b.ts`, content: "x" }],
  ]);
  const { code, out } = await world.mm("why", "b.ts");
  expect(code).toBe(0);
  expect(out).toContain("Note     the file isn't there any more\n");
});

test("a commit counts the lines of each session", async () => {
  repository.write("a.ts", "start");
  repository.commit("by hand");
  await repository.session("claude", "add two", [
    edit(path("a.ts"), "start", "start\nfirst line\nsecond line"),
  ]);
  await repository.session("codex", "add one", [
    ["apply_patch", "*** Begin Patch\n*** Add File: b.ts\n+only line\n*** End Patch"],
  ]);
  repository.write("a.ts", "start", "first line", "second line", "by hand");
  repository.write("b.ts", "only line");
  repository.commit("all of it");
  expect(await repository.why("--commit", "HEAD")).toMatchObject({
    file: null,
    commit: { subject: "all of it" },
    reason: "3 of 4 added lines are in transcripts",
    sessions: [
      { client: "claude", prompt: "add two", lines: 2 },
      { client: "codex", prompt: "add one", lines: 1 },
    ],
  });
  expect((await world.mm("why", "--commit", "nope")).code).toBe(2);
});

test("what a transcript says is redacted, and its controls are written out", async () => {
  const secret = `ghp_${"a1B2".repeat(9)}`;
  await repository.session("claude", `use ${secret} \x1b[31mnow\u202e`, [
    ["Write", { file_path: path("a.ts"), content: "written by an agent\n" }],
  ]);
  repository.write("a.ts", "written by an agent");
  for (const words of [["a.ts:1"], ["a.ts"], ["a.ts:1", "--json"]]) {
    const { out } = await world.mm("why", ...words);
    expect(out).toContain("use ");
    for (const raw of [secret, "\x1b", "\u202e"]) expect(out).not.toContain(raw);
  }
});
