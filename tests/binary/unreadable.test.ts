import { describe, expect } from "bun:test";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { rows } from "../support/stored.ts";
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
  const [out, err] = [child.stdout.toString(), child.stderr.toString()];
  return { code: child.exitCode, out, err };
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
    expect(run(box, "session", "list")).toMatchObject({ code: 0, err: "" });
  });
});

test("a home that can't be written to beside its database's log loses nothing, and isn't said to", async () => {
  using box = await stored();
  chmodSync(box.home, 0o500);
  const stdin = new TextEncoder().encode('{"session_id":"c1","prompt":"kept"}');
  const hook = [...UNPRIVILEGED, BINARY, "hook", "claude", "UserPromptSubmit"];
  expect(Bun.spawnSync(hook, { env: box.env(), stdin }).exitCode).toBe(0);
  expect(rows(box, "SELECT content FROM session_events")).toEqual([{ content: "kept" }]);
  expect(JSON.parse(run(box, "hooks", "status", "--json").out)).toMatchObject({
    lost_events: null,
    home_problem: null,
  });
  // In a moment when the database is locked, they would be.
  const { out } = run(box, "doctor");
  expect(out).toContain(`problem  writable: can't write to ${box.home}: permission denied`);
  expect(out).toContain("when the rest is busy or full");
  chmodSync(box.home, 0o700);
});

describe("calls in the spool that can't be read now", () => {
  function spooled(box: Sandbox): string {
    const folder = `${box.home}/spool`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let n = 0; n < 105; n++) writeFileSync(`${folder}/${n}-a.json`, "{}", { mode: 0 });
    const record = {
      id: "b",
      kind: "prompt",
      at: 1_795_348_800_000,
      agent: "claude",
      agentId: "claude-code",
      externalId: "c1",
      event: { type: "prompt", content: "later", metadata: {} },
      dedupKey: "b",
      dedupWithinMs: 0,
    };
    writeFileSync(`${folder}/${record.at}-b.json`, JSON.stringify(record), { mode: 0o600 });
    return folder;
  }

  test("don't keep the others from being taken in", async () => {
    using box = await stored();
    const folder = spooled(box);
    run(box, "doctor", "--fix");
    expect(rows(box, "SELECT content FROM session_events")).toEqual([{ content: "later" }]);
    expect(readdirSync(folder)).toHaveLength(105);
  });

  test("aren't said to be fixed, and what is named fixes it", async () => {
    using box = await stored();
    const folder = spooled(box);
    const fix = `mv '${folder}' '${folder}.old'`;
    const { out } = run(box, "doctor", "--fix");
    expect(out).toContain("note     spool: 105 hook calls wait in the spool\n");
    expect(out).toContain(`  fix:   ${fix}\n`);
    expect(Bun.spawnSync(["sh", "-c", fix]).success).toBe(true);
    expect(run(box, "doctor").out).not.toContain("hook calls wait");
    expect(readdirSync(`${folder}.old`)).toHaveLength(105);
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
