import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { Sandbox } from "./support/binary.ts";

const SUPPORT = `${import.meta.dir}/support`;

/** Runs these tests on a machine that has nothing on PATH. */
function runTests(source: string) {
  using box = new Sandbox();
  mkdirSync(`${box.folder}/bin`);
  const preload = `preload = ["${SUPPORT}/preload.ts"]`;
  writeFileSync(`${box.folder}/bunfig.toml`, `[test]\n${preload}\n`);
  const imports = `import { test } from "bun:test"; import { needs } from "${SUPPORT}/tools.ts";\n`;
  writeFileSync(`${box.folder}/some.test.ts`, imports + source);
  const { exitCode, stdout, stderr } = Bun.spawnSync([process.execPath, "test"], {
    cwd: box.folder,
    env: box.env({ PATH: `${box.folder}/bin` }),
  });
  return { code: exitCode, lines: (stdout.toString() + stderr.toString()).split("\n") };
}

test("tests that lack a tool are skipped, named and counted, and one line says what to do", () => {
  const { code, lines } = runTests(`
    test("whole", () => {});
    needs("zsh")("in zsh", () => {});
    needs("zsh", "git").each([[1], [2]])("of both: %d", () => {});
    needs()("of nothing", () => {});`);
  expect(code).toBe(0);
  expect(lines.filter((line) => /^\((pass|skip)\)/u.test(line))).toEqual([
    expect.stringContaining("(pass) whole"),
    "(skip) in zsh (needs zsh)",
    "(skip) of both: 1 (needs zsh, git)",
    "(skip) of both: 2 (needs zsh, git)",
    expect.stringContaining("(pass) of nothing"),
  ]);
  expect(lines.filter((line) => line.includes(".ci/run"))).toEqual([
    "Skipped 3 tests: this machine lacks git and zsh. Run .ci/run to install them and run everything.",
  ]);
  expect(lines.map((line) => line.trim())).toContain("3 skip");
});

test("where nothing is skipped, nothing is said", () => {
  const { code, lines } = runTests(`test("whole", () => {});`);
  expect({ code, told: lines.filter((line) => line.includes(".ci/run")) }).toEqual({
    code: 0,
    told: [],
  });
});

test("what .ci/run installs are the packages of the tools that are missing", () => {
  using box = new Sandbox();
  const { stdout } = Bun.spawnSync([process.execPath, `${SUPPORT}/tools.ts`], {
    env: box.env({ PATH: `${box.folder}/bin` }),
  });
  const packages = stdout.toString().trim().split(" ");
  expect(packages).toEqual(expect.arrayContaining(["gcc", "libc6-dev", "zsh"]));
  expect(new Set(packages).size).toBe(packages.length);
});

test("a test may take longer than Bun lets one by itself", () => {
  const { code } = runTests(`test("slow", async () => { await Bun.sleep(5200); });`);
  expect(code).toBe(0);
});
