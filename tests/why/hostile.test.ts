import { expect } from "bun:test";
import { appendFileSync, chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { Git } from "../../src/why/git.ts";
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

/** Everything that a repository can have git run, each of which leaves a mark. */
function booby(): void {
  const { folder } = repository;
  const trap = `${world.folder}/trap`;
  writeFileSync(trap, `#!/bin/sh\necho "$0 $*" >> ${world.folder}/sprung\ncat\n`);
  chmodSync(trap, 0o755);
  writeFileSync(
    `${folder}/.gitattributes`,
    "*.ts diff=evil filter=evil textconv=evil\n* diff=evil filter=evil\n",
  );
  mkdirSync(`${folder}/.git/info`, { recursive: true });
  writeFileSync(`${folder}/.git/info/attributes`, "* diff=evil filter=evil\n");
  writeFileSync(
    `${folder}/.git/evil`,
    `[core]\n\tfsmonitor = ${trap}\n[alias]\n\tblame = !${trap}\n`,
  );
  mkdirSync(`${folder}/.git/hooks`, { recursive: true });
  for (const hook of ["post-index-change", "reference-transaction", "fsmonitor-watchman"]) {
    writeFileSync(`${folder}/.git/hooks/${hook}`, `#!/bin/sh\nexec ${trap}\n`);
    chmodSync(`${folder}/.git/hooks/${hook}`, 0o755);
  }
  appendFileSync(
    `${folder}/.git/config`,
    `[core]
	fsmonitor = ${trap}
	sshCommand = ${trap}
	pager = ${trap}
	editor = ${trap}
	askPass = ${trap}
	gitProxy = ${trap}
	alternateRefsCommand = ${trap}
	hooksPath = ${folder}/.git/hooks
[diff]
	external = ${trap}
[diff "evil"]
	command = ${trap}
	textconv = ${trap}
[filter "evil"]
	clean = ${trap}
	smudge = ${trap}
	process = ${trap}
	required = true
[gpg]
	program = ${trap}
[log]
	showSignature = true
[pager]
	blame = ${trap}
	log = ${trap}
[alias]
	blame = !${trap}
	cat-file = !${trap}
[remote "origin"]
	url = ext::${trap}
	promisor = true
	partialclonefilter = blob:none
[protocol "ext"]
	allow = always
[extensions]
	partialClone = origin
[include]
	path = evil
[includeIf "gitdir:${folder}/"]
	path = evil
[credential]
	helper = !${trap}
`,
  );
}

test("a hostile repository runs nothing", async () => {
  repository.write("a.ts", "by hand", "old");
  repository.commit("by hand");
  await repository.session("claude", "make it new", [
    edit(`${repository.folder}/a.ts`, "old", "new"),
  ]);
  repository.write("a.ts", "by hand", "new");
  repository.commit("new");
  booby();
  repository.write("a.ts", "on top", "by hand", "new");
  expect(await repository.why("a.ts:3")).toMatchObject({ certainty: "certain", committed: true });
  expect(await repository.why("a.ts:1")).toMatchObject({ certainty: "nobody", committed: false });
  expect(await repository.why("a.ts")).toMatchObject({ sessions: [{ prompt: "make it new" }] });
  expect(await repository.why("--commit", "HEAD")).toMatchObject({ sessions: [{ lines: 1 }] });
  expect(await repository.why("a.ts:2", "--commit", "HEAD")).toMatchObject({
    certainty: "certain",
  });
  await world.mm("why", "a.ts:1", "--commit", "0123456789012345678901234567890123456789");
  await world.mm("why", "a.ts:1", "--commit", "--output=x");
  expect(existsSync(`${world.folder}/sprung`)).toBe(false);
});

test("the caller's GIT_ variables don't reach git, and neither does a revision like an option", async () => {
  const asked: { argv: readonly string[]; timeoutMs: number; names: string[] }[] = [];
  const bare = new Git(
    {
      now: () => world.clock,
      env: { ...world.env, GIT_DIR: "/evil", GIT_EXTERNAL_DIFF: "evil" } as World["env"],
      capture: async (argv, timeoutMs, options) => {
        asked.push({ argv, timeoutMs, names: Object.keys(options?.env ?? {}) });
        return null;
      },
    },
    "/shop",
    "/shop/.git",
  );
  expect(await bare.commit("--evil")).toBeNull();
  expect(await bare.blame("HEAD", "-x", 1)).toBeNull();
  for (const { timeoutMs, names } of asked) {
    expect(timeoutMs).toBe(10_000);
    expect(names).not.toContain("GIT_DIR");
    expect(names).not.toContain("GIT_EXTERNAL_DIFF");
  }
  expect(asked[0]?.argv.slice(-2)).toEqual(["--end-of-options", "--evil^{commit}"]);
  expect(asked[1]?.argv.slice(-3)).toEqual(["HEAD", "--", "-x"]);
});

test("settings of git that name a missing file don't keep the answer back", async () => {
  await repository.session("claude", "write it", [
    ["Write", { file_path: `${repository.folder}/a.ts`, content: "by an agent\n" }],
  ]);
  repository.write("a.ts", "by an agent", "by hand");
  repository.commit("both");
  const missing = "[blame]\n\tignoreRevsFile = .git-blame-ignore-revs\n";
  const expectAnswers = async () => {
    const of = { committed: true, commit: { subject: "both" } };
    expect(await repository.why("a.ts:1")).toMatchObject({ certainty: "certain", ...of });
    expect(await repository.why("a.ts:2")).toMatchObject({ certainty: "nobody", ...of });
  };
  writeFileSync(`${world.folder}/.gitconfig`, missing);
  await expectAnswers();
  appendFileSync(`${repository.folder}/.git/config`, missing);
  await expectAnswers();
  const tree = `${world.folder}/tree`;
  git(repository.folder, "worktree", "add", "-q", tree);
  world.cwd = tree;
  await expectAnswers();
});

test("where git fails, or takes too long, that is said", async () => {
  await repository.session("claude", "write it", [
    ["Write", { file_path: `${repository.folder}/a.ts`, content: "by an agent\n" }],
  ]);
  repository.write("a.ts", "by an agent", "by hand");
  repository.commit("both");
  const bin = `${world.folder}/bin`;
  mkdirSync(bin, { recursive: true });
  const real = Bun.which("git") ?? "";
  writeFileSync(
    `${bin}/git`,
    `#!/bin/sh\ncase "$*" in *blame\\ --*) exit 1;; esac\nexec ${real} "$@"\n`,
  );
  chmodSync(`${bin}/git`, 0o755);
  world.env = { ...world.env, PATH: `${bin}:${process.env["PATH"]}` };
  expect(await repository.why("a.ts:1")).toMatchObject({ certainty: "certain", committed: null });
  expect(await repository.why("a.ts:2")).toMatchObject({
    certainty: "unknown",
    reason:
      "git failed, or took more than 10 seconds to find the commit, and no transcript has this line",
  });
});
