import { expect, test } from "bun:test";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { version } from "../../package.json" with { type: "json" };
import { BINARY, Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";

const OUTCOME = { code: 0, signal: null, out: `mm ${version}\n`, err: "" };

test("--version is mm's own, not Bun's", async () => {
  using box = new Sandbox();
  expect(await box.mm(["--version"])).toEqual(OUTCOME);
  expect(version).not.toBe(Bun.version);
});

test.each([
  ["no home", { HOME: undefined, MM_HOME: undefined }],
  ["a relative home", { MM_HOME: "somewhere" }],
  ["an empty database path", { MM_DB: "" }],
])("--version and --help don't mind %s", async (_, env) => {
  using box = new Sandbox();
  expect(await box.mm(["--version"], { env })).toEqual(OUTCOME);
  const help = await box.mm(["session", "start", "--help"], { env });
  expect(help).toMatchObject({ code: 0, err: "" });
});

test.each([
  [["--version"], 0],
  [["--help"], 0],
  [["session", "start", "--help"], 0],
  [["session"], 2],
  [["session", "strat"], 2],
  [["session", "start", "--nope"], 2],
  [["session", "list"], 0],
  [["session", "list", "--json"], 0],
  [["session", "events"], 1],
  [["session", "end"], 1],
  [["activity", "log", "-c", "text"], 0],
  [["session", "start", "-a", "../x"], 1],
  [["session", "start", "--auto-end-stale", "soon"], 2],
])("%j leaves nothing on the disk", async (argv, code) => {
  using box = new Sandbox();
  expect((await box.mm(argv)).code).toBe(code);
  expect(readdirSync(box.folder)).toEqual([]);
});

test("a home that is a file is no business of --version", async () => {
  using box = new Sandbox();
  writeFileSync(box.home, "");
  expect(await box.mm(["--version"])).toEqual(OUTCOME);
});

test("a plain `bun build --compile` gives a working mm too", async () => {
  using box = new Sandbox();
  const main = `${import.meta.dir}/../../src/main.ts`;
  const plain = `${box.folder}/plain`;
  const built = Bun.spawnSync([process.execPath, "build", "--compile", main, "--outfile", plain]);
  expect({ code: built.exitCode, exists: existsSync(plain) }).toEqual({ code: 0, exists: true });
  const script = `"${plain}" --version && "${plain}" session start -a plain -t works && "${plain}" session list`;
  const { code, out, err } = await shell(box, script);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toStartWith(`mm ${version}\nSession started: `);
  expect(out).toContain("1 session");
  // The two builds understand one another.
  expect((await box.mm(["session", "list"])).out).toContain("works");
});

test("it is a single file", async () => {
  using box = new Sandbox();
  const { code, out } = await shell(
    box,
    `cp "${BINARY}" alone && env -i PATH="$PATH" MM_HOME="$MM_HOME" ./alone session start --json`,
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ resumed: false });
});
