import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout } from "bun:test";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { payload, prompt, prompts, status } from "../support/hooked-box.ts";
import { shell } from "../support/shell.ts";
import { integrity, leftovers, sessions } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

setDefaultTimeout(120_000);

/** Runs a script with the home mounted read-only. */
const readOnly = (box: Sandbox, script: string) =>
  shell(
    box,
    `unshare -rm sh -c 'mount --bind home home && mount -o remount,ro,bind home && { ${script.replaceAll("'", `'\\''`)}; }'`,
  );

describe("containers with process ids of their own, on one home that is still empty", () => {
  const test = needs("unshare");

  test.each([
    ["starts", (n: number) => `session start -a a${n} --json`],
    ["hooks", (n: number) => `hook claude UserPromptSubmit <p${n}`],
    [
      "starts by hooks and by hand",
      (n: number) => (n % 2 ? `session start -a a${n}` : `hook codex UserPromptSubmit <p${n}`),
    ],
  ])("%s: none fails, nothing is lost", async (_, words) => {
    for (let round = 0; round < 6; round++) {
      using box = new Sandbox();
      for (let n = 0; n < 6; n++) writeFileSync(`${box.folder}/p${n}`, payload("hi", `s${n}`));
      const calls = Array.from({ length: 6 }, (__, n) =>
        shell(box, `unshare -rfp "$MM" ${words(n)}`),
      );
      const outcomes = await Promise.all(calls);
      expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0, 0]);
      await box.mm(["hook", "claude", "Stop"], { stdin: '{"session_id":"s0"}' });
      expect(sessions(box).length).toBeGreaterThanOrEqual(6);
      expect(integrity(box)).toBe("ok");
      expect((await status(box)).lost_events).toBeNull();
      expect(leftovers(box).filter((name) => name !== "logs")).toEqual([]);
    }
  });
});

describe("a home on a read-only file system", () => {
  const test = needs("unshare");

  const COMMANDS = [
    "session list",
    "session show last",
    "session events last",
    "ps",
    "stats",
    "search one",
    "gc --older-than 1d --dry-run",
    "session export --format jsonl --all",
  ];

  async function fill(box: Sandbox): Promise<void> {
    for (const text of ["one", "two"]) await prompt(box, text);
  }

  test.each([
    ["with its log", () => undefined],
    ["with its log and without shared memory", (box: Sandbox) => rmSync(`${box.database}-shm`)],
    ["whose log was folded in", (box: Sandbox) => fold(box)],
    ["behind a link", (box: Sandbox) => link(box)],
  ])("%s is read by every command", async (_, change) => {
    using box = new Sandbox();
    await fill(box);
    change(box);
    for (const words of COMMANDS) {
      const { code, out, err } = await readOnly(box, `"$MM" ${words}`);
      expect({ words, code, err }).toEqual({ words, code: 0, err: "" });
      if (/list|search|events/u.test(words)) expect(out).toContain("one");
    }
    const { out } = await readOnly(box, `"$MM" session start --json; "$MM" doctor --json`);
    expect(out).toContain("can't write to");
    expect(out).not.toContain("hooks keep");
  });

  test("is not read where a transaction was cut short in it: half of that may be there", async () => {
    using box = new Sandbox();
    await fill(box);
    cutShort(box);
    for (const words of ["session list", "search one", "gc --dry-run"]) {
      const { code, err } = await readOnly(box, `"$MM" ${words}`);
      const said = expect.stringContaining("a program that wrote to it was cut short");
      expect({ words, code, err }).toEqual({ words, code: 1, err: said });
    }
    const { out } = await readOnly(box, `"$MM" doctor`);
    expect(out).not.toContain("damaged");
    // Where something may be written it is undone.
    expect(await box.mm(["session", "list"])).toMatchObject({ code: 0, err: "" });
    expect(prompts(box)).toEqual(["one", "two"]);
  });

  test("has its losses counted elsewhere, told of meanwhile and by the next call", async () => {
    using box = new Sandbox();
    await fill(box);
    mkdirSync(`${box.folder}/tmp`);
    const env = { TMPDIR: `${box.folder}/tmp` };
    writeFileSync(`${box.folder}/p`, payload("lost"));
    mkdirSync(`${box.folder}/.claude`);
    const script = `"$MM" hook claude UserPromptSubmit <p; "$MM" hooks status --json; "$MM" doctor --json`;
    const mounted = `unshare -rm sh -c 'mount --bind home home && mount -o remount,ro,bind home && { ${script}; }'`;
    const { out } = await shell(box, mounted, { env });
    expect(out).toContain('"reasons":{"unwritable":1}');
    expect(out).toContain(`"home_problem":"can't write to `);
    expect(out).toContain('"check":"writable","severity":"problem"');
    expect(readdirSync(`${box.folder}/tmp`)).toHaveLength(1);
    await box.mm(["hook", "claude", "UserPromptSubmit"], { stdin: payload("three"), env });
    expect(prompts(box)).toEqual(["one", "two", "three"]);
    expect(readFileSync(`${box.home}/logs/hook.log`, "utf8")).toContain(
      "1 event was lost while nothing could be written in",
    );
    expect(await status(box)).toMatchObject({ lost_events: { count: 1 }, home_problem: null });
    expect(readdirSync(`${box.folder}/tmp`)).toEqual([]);
  });
});

function fold(box: Sandbox): void {
  const db = new Database(box.database);
  db.query("SELECT count(*) FROM sessions").get();
  db.close(true);
  expect(existsSync(`${box.database}-wal`)).toBe(false);
}

/** Another program dies in a large transaction. */
function cutShort(box: Sandbox): void {
  const db = new Database(box.database);
  db.run("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN; CREATE TABLE large (a)");
  for (let i = 0; i < 2000; i++) db.run("INSERT INTO large VALUES (hex(randomblob(250)))");
  for (const end of ["", "-journal"]) {
    copyFileSync(`${box.database}${end}`, `${box.folder}/copy${end}`);
  }
  db.run("ROLLBACK");
  db.close(true);
  for (const end of ["", "-journal"]) {
    renameSync(`${box.folder}/copy${end}`, `${box.database}${end}`);
  }
}

function link(box: Sandbox): void {
  fold(box);
  Bun.spawnSync(["sh", "-c", "mv memtomem.db real.db && ln -s real.db memtomem.db"], {
    cwd: box.home,
  });
}
