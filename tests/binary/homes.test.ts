import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout } from "bun:test";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { shell } from "../support/shell.ts";
import { integrity, leftovers, rows, sessions } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

setDefaultTimeout(120_000);

const payload = (prompt: string, id = "c1") =>
  JSON.stringify({ session_id: id, cwd: "/w", prompt, prompt_id: prompt });

async function prompt(box: Sandbox, text: string, id = "c1"): Promise<void> {
  await box.mm(["hook", "claude", "UserPromptSubmit"], { stdin: payload(text, id) });
}

const prompts = (box: Sandbox) =>
  rows<{ content: string }>(box, "SELECT content FROM session_events ORDER BY id").map(
    ({ content }) => content,
  );

async function status(box: Sandbox) {
  const { out } = await box.mm(["hooks", "status", "--json"]);
  return JSON.parse(out) as {
    lost_events: { reasons: object } | null;
    home_problem: string | null;
  };
}

async function findings(box: Sandbox, as = ""): Promise<string[]> {
  const { out } = await shell(box, `${as} "$MM" doctor --json`);
  const { findings: found } = JSON.parse(out) as { findings: { check: string; what: string }[] };
  return found.map(({ check, what }) => `${check}: ${what}`);
}

/** Runs a script with the home mounted read-only. */
const readOnly = (box: Sandbox, script: string) =>
  shell(
    box,
    `unshare -rm sh -c 'mount --bind home home && mount -o remount,ro,bind home && { ${script.replaceAll("'", `'\\''`)}; }'`,
  );

/** Runs a script as a user that is nobody else. */
const asUser = (uid: number) => `setpriv --reuid=${uid} --regid=${uid} --clear-groups`;

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

function link(box: Sandbox): void {
  fold(box);
  Bun.spawnSync(["sh", "-c", "mv memtomem.db real.db && ln -s real.db memtomem.db"], {
    cwd: box.home,
  });
}

describe("what root makes in somebody's home", () => {
  const test = needs("root", "setpriv", "find", "bash");

  const USER = 1234;
  const user = asUser(USER);

  /** A home of the user's own, in which root then works. */
  async function shared(): Promise<Sandbox> {
    const box = new Sandbox();
    chownSync(box.folder, USER, USER);
    for (const name of ["p1", "p2", "p3"])
      writeFileSync(`${box.folder}/${name}`, payload(name, name));
    return box;
  }

  const owners = (box: Sandbox) =>
    Bun.spawnSync(["find", box.home, "!", "-user", String(USER)]).stdout.toString();

  test("belongs to the home's owner: all that a home holds", async () => {
    using box = await shared();
    mkdirSync(`${box.folder}/.claude`);
    const calls = [
      `hook claude UserPromptSubmit <p1`,
      `session start -a x`,
      `activity log -c x`,
      `search x`,
      `hook claude Stop <<<"no JSON"`,
      `session end`,
    ];
    for (const words of calls) await shell(box, `bash -c '"$MM" ${words}'`);
    using _ = lock(box);
    await shell(box, `"$MM" hook claude UserPromptSubmit <p2`);
    expect(owners(box)).toBe("");
    expect(existsSync(`${box.home}/spool`)).toBe(true);
  });

  test("is no obstacle to hooks of that owner", async () => {
    using box = await shared();
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p1`);
    {
      using _ = lock(box);
      await shell(box, `"$MM" hook claude UserPromptSubmit <p2`);
      await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p3`);
    }
    await shell(box, `${user} "$MM" hook claude Stop <p1`);
    expect(prompts(box).toSorted()).toEqual(["", "p1", "p2", "p3"]);
    expect((await status(box)).lost_events).toBeNull();
    expect(await findings(box, user)).toEqual([expect.stringContaining("path: ")]);
  });

  /** Folders of root's alone, as an earlier mm has made them. */
  async function left(box: Sandbox, names: readonly string[], file: string | null): Promise<void> {
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p1`);
    for (const name of names) {
      mkdirSync(`${box.home}/${name}`, { mode: 0o700 });
      if (file !== null) writeFileSync(`${box.home}/${name}/${file}`, "");
    }
    using _ = lock(box);
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p2`);
  }

  test("before, as empty folders, costs no event", async () => {
    using box = await shared();
    await left(box, ["spool", "logs"], null);
    await shell(box, `${user} "$MM" hook claude Stop <p1`);
    expect(prompts(box).toSorted()).toEqual(["", "p1", "p2"]);
    expect((await status(box)).lost_events).toBeNull();
  });

  test.each([[["spool"]], [["logs"]], [["spool", "logs"]]])(
    "before, as %s with something in it, is named and given back, and a loss is counted",
    async (names) => {
      using box = await shared();
      await left(box, names, "1-a.json.tmp");
      const lost = (await status(box)).lost_events;
      expect(lost?.reasons).toEqual(names.includes("spool") ? { unwritable: 1 } : undefined);
      const found = await findings(box, user);
      for (const name of names) {
        expect(found).toContainEqual(
          expect.stringContaining(`writable: can't write to ${box.home}/${name}`),
        );
        expect(found).toContainEqual(expect.stringContaining(`owners: ${box.home}/${name}`));
      }
      const { out } = await shell(box, `"$MM" doctor --json`);
      const { findings: all } = JSON.parse(out) as { findings: { check: string; mend: string }[] };
      const fixes = all.filter(({ check }) => check === "owners").map(({ mend }) => mend);
      await shell(box, fixes.map((fix) => fix.replace(/^sudo /u, "")).join("\n"));
      expect(owners(box)).toBe("");
      expect(await findings(box, user)).not.toContainEqual(
        expect.stringMatching(/^(?:owners|writable)/u),
      );
    },
  );

  test("is not taken for the user's own where everybody counts", async () => {
    using box = await shared();
    const tmp = `${box.folder}/tmp`;
    mkdirSync(tmp);
    await shell(box, "chmod 1777 tmp");
    const planted = `${tmp}/mm-lost-${USER}-${Bun.hash(box.home).toString(36)}`;
    writeFileSync(planted, "2026-11-20T10:00:00.123Z\n");
    const env = { TMPDIR: tmp };
    const script = `${user} "$MM" hook claude UserPromptSubmit <p1; ${user} "$MM" hooks status --json`;
    const { out } = await shell(box, script, { env });
    expect(JSON.parse(out)).toMatchObject({ lost_events: null });
    expect(prompts(box)).toEqual(["p1"]);
    expect(existsSync(planted)).toBe(true);
  });

  test("a home of another user is named, and nothing in it is changed", async () => {
    using box = await shared();
    await shell(box, `"$MM" session start`);
    chownSync(box.folder, 0, 0);
    await shell(box, `chown -R 0:0 home; chmod 755 . home; chmod -R go+r home; rm -f home/*-shm`);
    mkdirSync(`${box.folder}/tmp`, { mode: 0o777 });
    await shell(box, "chmod 777 tmp");
    const env = { TMPDIR: `${box.folder}/tmp` };
    const hook = await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p1`, { env });
    expect(hook).toEqual({ code: 0, out: "", err: "" });
    const { out } = await shell(box, `${user} "$MM" hooks status --json`, { env });
    expect(JSON.parse(out)).toMatchObject({
      lost_events: { count: 1, reasons: { unwritable: 1 } },
      home_problem: expect.stringContaining("permission denied"),
    });
    const listed = await shell(box, `${user} "$MM" session list --json`, { env });
    expect(JSON.parse(listed.out)).toMatchObject({ count: 1 });
  });
});

/** Holds the database's write lock until it is disposed of. */
function lock(box: Sandbox): Disposable {
  const db = new Database(box.database);
  db.run("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE");
  return {
    [Symbol.dispose]() {
      db.run("ROLLBACK");
      db.close(true);
    },
  };
}
