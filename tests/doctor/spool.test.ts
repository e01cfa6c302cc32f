import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { applyFix } from "../support/apply-fix.ts";
import { doctor, found } from "../support/doctor.ts";
import { Machine } from "../support/machine.ts";

let machine: Machine;
beforeEach(() => {
  machine = new Machine();
});
afterEach(() => machine[Symbol.dispose]());

const spool = () => `${machine.home}/spool`;
const aside = () => readdirSync(`${machine.home}/spool.bad`);
const events = () =>
  machine
    .rows<{ content: string }>("SELECT content FROM session_events ORDER BY id")
    .map(({ content }) => content);

async function prompt(text: string): Promise<void> {
  const payload = { session_id: "c1", prompt: text, prompt_id: text };
  machine.stdin = new TextEncoder().encode(JSON.stringify(payload));
  await machine.mm("hook", "claude", "UserPromptSubmit");
}

/** Something else in the place of the database while this runs, so that calls are spooled. */
async function whileUnusable(work: () => Promise<void>): Promise<void> {
  const names = ["", "-wal", "-shm"].filter((end) => existsSync(`${machine.database}${end}`));
  mkdirSync(machine.home, { recursive: true, mode: 0o700 });
  for (const end of names) renameSync(`${machine.database}${end}`, `${machine.folder}/kept${end}`);
  writeFileSync(machine.database, "no database ".repeat(100), { mode: 0o600 });
  await work();
  rmSync(machine.database, { force: true });
  for (const end of names) renameSync(`${machine.folder}/kept${end}`, `${machine.database}${end}`);
}

const PLANTED: [string, (path: string) => unknown][] = [
  ["a folder", (path) => mkdirSync(path)],
  [
    "a folder with something in it",
    (path) => {
      mkdirSync(path);
      writeFileSync(`${path}/mine`, "x");
    },
  ],
  ["a pipe", (path) => Bun.spawnSync(["mkfifo", path])],
  ["a link that leads nowhere", (path) => symlinkSync("gone", path)],
  ["a device", (path) => symlinkSync("/dev/zero", path)],
];

describe("what is put among the calls in the spool", () => {
  test.each(PLANTED)(
    "%s goes aside by the next hook, and the calls are stored",
    async (_, plant) => {
      await whileUnusable(() => prompt("spooled"));
      plant(`${spool()}/4-d.json`);
      await prompt("next");
      expect(events()).toEqual(["spooled", "next"]);
      expect(existsSync(spool())).toBe(false);
      expect(aside()).toEqual(["4-d.json.bad"]);
      expect(await found(machine, "spool")).toEqual([]);
    },
  );

  test.each(PLANTED)("%s goes aside by doctor, which then says fixed", async (_, plant) => {
    await whileUnusable(() => prompt("spooled"));
    plant(`${spool()}/4-d.json`);
    expect(await found(machine, "spool")).toEqual(["note: 2 hook calls wait in the spool"]);
    const { out, err } = await machine.mm("doctor", "--fix");
    expect(out).toContain("fixed    spool: 2 hook calls wait in the spool\n");
    expect(err).toBe(
      `mm: warning: a spooled event was set aside: it can't be read: ${spool()}/4-d.json\n`,
    );
    expect(await found(machine, "spool")).toEqual([]);
    expect(await found(machine, "lost-events")).toHaveLength(1);
    expect(events()).toEqual(["spooled"]);
    expect(aside()).toEqual(["4-d.json.bad"]);
  });

  test("however many there are, the newest stay and the folders of others too", async () => {
    for (let n = 100; n < 260; n++) mkdirSync(`${spool()}/${n}-d.json`, { recursive: true });
    await machine.mm("doctor", "--fix");
    expect(existsSync(spool())).toBe(false);
    expect(aside()).toHaveLength(160);
  });
});

describe("calls that wait while the database can't be used", () => {
  test("are no matter for doctor --fix, but for what fixes the database", async () => {
    await whileUnusable(async () => {
      await prompt("spooled");
      for (const words of [[], ["--fix"]]) {
        const { findings } = await doctor(machine, ...words);
        const [first, ...rest] = findings.filter(({ check }) => /integrity|spool/u.test(check));
        expect(first).toMatchObject({ check: "integrity", severity: "problem" });
        expect(rest).toMatchObject([
          { check: "spool", mend: "fix the database, as is said above", fixed: false },
        ]);
      }
      const { findings } = await doctor(machine);
      await applyFix(machine, findings.find(({ check }) => check === "integrity")?.mend ?? "");
      await prompt("next");
      expect(await found(machine, "spool")).toEqual([]);
      expect(events()).toEqual(["spooled", "next"]);
    });
  });

  test("are stored by doctor --fix where that makes the database usable", async () => {
    await prompt("first");
    machine.exec("DROP TABLE mm_events");
    await prompt("second");
    expect(await found(machine, "spool")).toEqual(["note: 1 hook call waits in the spool"]);
    expect(await found(machine, "spool", "--fix")).toEqual([
      "fixed: 1 hook call waits in the spool",
    ]);
    expect(events()).toEqual(["first", "second"]);
  });
});

describe("hooks status", () => {
  test("says that the first calls of an agent wait, not that nothing came", async () => {
    await machine.install("claude");
    await machine.install("qwen");
    await whileUnusable(async () => {
      await prompt("one");
      await prompt("two");
      const { out } = await machine.mm("hooks", "status");
      expect(out).toMatch(/^Claude Code {2,}waiting {2,}2 calls in the spool {2}~/mu);
      expect(out).toMatch(/^Qwen Code {2,}nothing came yet/mu);
      expect(out).toContain("2 hook calls wait in the spool; to see why: mm doctor\n");
      const { spooled, clients } = JSON.parse((await machine.mm("hooks", "status", "--json")).out);
      expect(spooled).toBe(2);
      expect(clients[0]).toMatchObject({ client: "claude", waiting: 2, last_event_at: null });
      const { findings } = await doctor(machine);
      expect(
        findings.map(({ what }) => what).filter((what) => /Claude.*never/u.test(what)),
      ).toEqual([]);
    });
    await prompt("three");
    const { out } = await machine.mm("hooks", "status");
    expect(out).toMatch(/^Claude Code {2,}recording/mu);
    expect(out).not.toContain("spool");
  });
});
