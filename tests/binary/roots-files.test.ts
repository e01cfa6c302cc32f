import { Database } from "bun:sqlite";
import { describe, expect, setDefaultTimeout } from "bun:test";
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { findings, payload, prompts, status } from "../support/hooked-box.ts";
import { shell } from "../support/shell.ts";
import { needs } from "../support/tools.ts";

setDefaultTimeout(120_000);

/** Runs a script as a user that is nobody else. */
const asUser = (uid: number) => `setpriv --reuid=${uid} --regid=${uid} --clear-groups`;

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

  /** Does what doctor tells the user to do. */
  async function applyFixes(box: Sandbox, check: string): Promise<void> {
    const { out } = await shell(box, `${user} "$MM" doctor --json`);
    const found = JSON.parse(out) as { findings: { check: string; mend: string }[] };
    for (const { mend } of found.findings.filter((each) => each.check === check)) {
      const own = mend.replace(/"\$\(id -u\)"/u, String(USER));
      const { code } = await shell(box, own.replace(/^sudo (.*?) && /u, `$1 && ${user} `));
      expect({ mend, code }).toEqual({ mend, code: 0 });
    }
    expect(await findings(box, user)).not.toContainEqual(
      expect.stringMatching(new RegExp(`^${check}`, "u")),
    );
  }

  test.each([
    ["a home that may not be written", (box: Sandbox) => chmodSync(box.home, 0o500)],
    ["a database that may not be written", (box: Sandbox) => chmodSync(box.database, 0o400)],
    ["root's database", (box: Sandbox) => chownSync(box.database, 0, 0)],
    [
      "root's folders",
      (box: Sandbox) => {
        for (const name of ["spool", "logs"]) mkdirSync(`${box.home}/${name}`, { mode: 0o700 });
      },
    ],
    ["a home of root's", (box: Sandbox) => Bun.spawnSync(["chown", "-R", "0:0", box.home])],
  ])("%s can be written again after what doctor says", async (_, change) => {
    using box = await shared();
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p1`);
    change(box);
    await applyFixes(box, "writable");
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p2`);
    expect(prompts(box)).toEqual(["p1", "p2"]);
  });

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

  test.each(["-wal", "-shm"])("as %s is named, where only its mode is wrong, too", async (end) => {
    using box = await shared();
    await shell(box, `${user} "$MM" hook claude UserPromptSubmit <p1`);
    const file = `${box.database}${end}`;
    for (const change of [() => chmodSync(file, 0o400), () => chownSync(file, 0, 0)]) {
      change();
      const { code, err } = await shell(box, `${user} "$MM" session start`);
      expect({ code, err }).toEqual({
        code: 1,
        err: expect.stringContaining(`can't write to ${file}: it is read-only or belongs to`),
      });
      expect(await findings(box, user)).toContain(
        `writable: can't write to ${file}: permission denied`,
      );
      await applyFixes(box, "writable");
      expect((await shell(box, `${user} "$MM" session start`)).code).toBe(0);
    }
  });

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

  test("a home that can't be entered, and settings that can't be read, are named", async () => {
    using box = await shared();
    await shell(box, `"$MM" hooks install claude --yes && chmod 600 .claude/settings.json`);
    await shell(box, "chown -R 0:0 home .claude; chmod 700 home .claude");
    expect(await findings(box, user)).toContain(
      `writable: can't write to ${box.home}: permission denied`,
    );
    for (const command of ["status", "uninstall"]) {
      const { err } = await shell(box, `${user} "$MM" hooks ${command}`);
      expect(err).not.toContain("unexpected failure");
    }
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
