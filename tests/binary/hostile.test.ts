import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { Trap } from "../support/trap.ts";

const CALLS = [
  ["--version"],
  ["--help"],
  ["session", "start", "--idempotent", "-a", "x", "--json"],
  ["activity", "log", "-c", "event", "--json"],
  ["session", "events"],
  ["session", "wrap", "--", "sh", "-c", 'echo "$MM_HOME|$MM_DB"'],
  ["session", "nonsense"],
  ["session", "list", "--json"],
  ["session", "end", "no-such-id", "--json"],
  ["session", "end", "--auto"],
];

/** Runs all calls with the default home and returns what they said, with what differs from run to run made equal. */
async function transcript(box: Sandbox, cwd: string): Promise<string[]> {
  const said: string[] = [];
  for (const argv of CALLS) {
    const { code, out, err } = await box.mm(argv, { cwd, env: { MM_HOME: undefined } });
    const text = `${code} ${out} ${err}`
      .replaceAll(box.folder, "HOME")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "ID")
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d\+00:00)?/gu, "TIME");
    said.push(text);
  }
  said.push(readdirSync(`${box.folder}/.memtomem`).toSorted().join(" "));
  return said;
}

describe("a working directory full of traps", () => {
  test("changes nothing", async () => {
    using clean = new Sandbox();
    using hostile = new Sandbox();
    const trap = new Trap(`${hostile.folder}/repository`);
    mkdirSync(`${clean.folder}/repository`);
    // The trap works: Bun itself walks into it.
    Bun.spawnSync([process.execPath, "-e", "1"], { cwd: trap.folder });
    expect(trap.sprung()).toBe(true);

    const expected = await transcript(clean, `${clean.folder}/repository`);
    expect(await transcript(hostile, trap.folder)).toEqual(expected);
    expect(trap.sprung()).toBe(false);
    expect(readdirSync(`${clean.folder}/repository`)).toEqual([]);
  });

  test.each([
    ["BUN_OPTIONS", "--preload=./evil.ts"],
    ["BUN_OPTIONS", "--preload ./evil.ts"],
    ["BUN_OPTIONS", "-r ./evil.ts"],
    ["BUN_OPTIONS", "--import ./evil.ts"],
    ["BUN_OPTIONS", "--config=./bunfig.toml"],
    ["BUN_OPTIONS", "--env-file=.env"],
    ["BUN_INSPECT_PRELOAD", "./evil.ts"],
    ["BUN_CONFIG_FILE", "./bunfig.toml"],
    ["NODE_OPTIONS", "--require ./evil.js"],
    ["NODE_PATH", "./node_modules"],
  ])("runs none of its code with %s=%s", async (name, value) => {
    using box = new Sandbox();
    const trap = new Trap(`${box.folder}/repository`);
    const env = { [name]: value, MM_HOME: undefined };
    const { code } = await box.mm(["session", "start", "--json"], { cwd: trap.folder, env });
    expect(trap.sprung()).toBe(false);
    // To refuse to start is as good.
    expect([0, 1]).toContain(code);
  });
});

test("a working directory that was deleted is no obstacle", async () => {
  using box = new Sandbox();
  const gone = `mkdir gone && cd gone && rmdir ../gone`;
  const calls = [
    "--version",
    "session start --idempotent -a x --json",
    "activity log -c event",
    "session wrap -- echo wrapped",
    "session events",
    "session show",
    "ps",
    "session list",
    "session end",
  ];
  for (const words of calls) {
    const { code, err } = await shell(box, `${gone} && exec "$MM" ${words}`);
    expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
  }
});

test.each([
  ["no HOME", { HOME: undefined, MM_HOME: undefined }, "HOME is not set"],
  ["an empty HOME", { HOME: "", MM_HOME: undefined }, "HOME is not set"],
  ["a relative HOME", { HOME: "here", MM_HOME: undefined }, "not an absolute path: here"],
  ["a relative MM_HOME", { MM_HOME: "./here" }, "not an absolute path: ./here"],
  ["an empty MM_HOME", { MM_HOME: "" }, "MM_HOME is empty"],
  ["a relative MM_DB", { MM_DB: "x.db" }, "not an absolute path: x.db"],
])("%s is an error that says what to set", async (_, env, words) => {
  using box = new Sandbox();
  for (const argv of [
    ["session", "start"],
    ["session", "list"],
  ]) {
    const { code, out, err } = await box.mm(argv, { env });
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(words);
    expect(err).toMatch(/MM_HOME|MM_DB/u);
  }
  expect(readdirSync(box.folder)).toEqual([]);
});

describe("the caller's umask", () => {
  test.each(["022", "000", "077", "0177"])(
    "%s is the wrapped command's, not mm's",
    async (mask) => {
      using box = new Sandbox();
      const script = `umask ${mask} && exec "$MM" session wrap -- sh -c 'umask; : >made'`;
      const { code, out } = await shell(box, script);
      expect(code).toBe(0);
      expect(Number.parseInt(out, 8)).toBe(Number.parseInt(mask, 8));
      await shell(box, `umask ${mask} && "$MM" session start && "$MM" activity log -c x`);
      const { out: modes } = await shell(box, "ls -ld made home home/* home/.current_session");
      const kinds = modes
        .trim()
        .split("\n")
        .map((line) => line.slice(0, 10));
      const made = mask === "022" ? "-rw-r--r--" : mask === "000" ? "-rw-rw-rw-" : "-rw-------";
      expect(new Set(kinds)).toEqual(new Set([made, "drwx------", "-rw-------"]));
    },
  );
});

test.each([
  ["a link", (path: string) => symlinkSync(BINARY, path)],
  ["a copy", (path: string) => Bun.spawnSync(["cp", BINARY, path])],
])("%s under another name in a folder with spaces works as well", async (_, make) => {
  using box = new Sandbox();
  mkdirSync(`${box.folder}/a b (c)'`);
  const other = `${box.folder}/a b (c)'/my mm`;
  make(other);
  const child = Bun.spawn([other, "session", "start", "--json"], {
    env: box.env(),
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect({ code: await child.exited, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({ resumed: false });
});
