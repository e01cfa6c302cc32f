import { describe, expect } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";
import { UNPRIVILEGED, UNPRIVILEGED_TOOLS } from "../support/unprivileged.ts";

const test = needs(...UNPRIVILEGED_TOOLS);

const READING = [
  ["session", "list"],
  ["session", "show", "last"],
  ["session", "list", "--project", "x"],
  ["session", "export", "last"],
  ["search", "x"],
  ["stats"],
  ["ps"],
  ["context"],
  ["gc", "--dry-run"],
  ["session", "start"],
  ["activity", "log", "-c", "y"],
];

/** Runs a command that permissions bind. */
function run(box: Sandbox, ...words: string[]) {
  const child = Bun.spawnSync([...UNPRIVILEGED, BINARY, ...words], {
    env: box.env(),
    cwd: box.folder,
  });
  return { code: child.exitCode, err: child.stderr.toString() };
}

async function stored(): Promise<Sandbox> {
  const box = new Sandbox();
  await box.mm(["session", "start", "-t", "x"]);
  return box;
}

describe("what can't be read is not said to be what can't be written to", () => {
  test.each([
    ["the database", (box: Sandbox) => box.database, 0o000],
    ["a database that may only be written to", (box: Sandbox) => box.database, 0o200],
    ["the home", (box: Sandbox) => box.home, 0o000],
    ["a home whose names alone can be read", (box: Sandbox) => box.home, 0o400],
  ])("%s", async (_, blocked, mode) => {
    using box = await stored();
    const path = blocked(box);
    chmodSync(path, mode);
    for (const words of READING) {
      const { err } = run(box, ...words);
      const [first, hint] = err.replace("warning: nothing was logged: ", "").split("\n");
      expect(first).toStartWith(`mm: can't read ${path}: permission denied`);
      expect(`${first} ${hint}`).toContain(`make ${path} readable`);
    }
    chmodSync(path, 0o700);
    expect(run(box, "session", "list")).toEqual({ code: 0, err: "" });
  });
});

test("a folder that can't be written to is still called so", async () => {
  using box = new Sandbox();
  chmodSync(box.folder, 0o500);
  const { code, err } = run(box, "session", "start");
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining(`can't create files in ${box.folder}: it is read-only`),
  });
  chmodSync(box.folder, 0o700);
});

test("an export that can't be written, wherever the path leads", async () => {
  using box = await stored();
  const locked = `${box.folder}/locked`;
  Bun.spawnSync(["mkdir", "-p", `${locked}/in`]);
  writeFileSync(`${locked}/in/out.md`, "");
  chmodSync(locked, 0o000);
  for (const file of [`${locked}/out.md`, `${locked}/in/out.md`, `${locked}/in/more/out.md`]) {
    const { code, err } = run(box, "session", "export", "last", "-o", file);
    expect({ code, err }).toEqual({ code: 1, err: `mm: can't write ${file}: permission denied\n` });
  }
  chmodSync(locked, 0o700);
});
