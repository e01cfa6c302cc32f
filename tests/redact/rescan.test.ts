import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { body } from "../support/sample-text.ts";

/** Stored as an `mm` stored it that didn't know the rules yet, or as memtomem does. */
const GITHUB = `ghp_${body(36)}`;
const PASSWORD = "Vt42LQVCHo83hSLk";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

interface Found {
  readonly dry_run: boolean;
  readonly secrets: number;
  readonly sessions: number;
  readonly events: number;
  readonly rules: { rule: string; secrets: number }[];
}

const rescan = (...words: string[]) => world.json<Found>("redact", "--rescan", ...words);

/** A session and three events with secrets in all places where texts are. */
async function storeSecrets(): Promise<void> {
  await world.start();
  await world.prompt("look at it");
  await world.claude("Notification", { message: "hello" });
  await world.end();
  world.exec(`UPDATE sessions SET summary = 'pushed with ${GITHUB}',
      metadata = '{"title":"use ${GITHUB}","deep":{"password":"hunter"}}';
    UPDATE mm_sessions SET branch = 'fix-${GITHUB}', cwd = '/w/${GITHUB}/a';
    UPDATE session_events SET content = 'Bash: mysql -u root -p${PASSWORD} shop' WHERE event_type = 'prompt';
    UPDATE session_events SET metadata = '{"event": "odd", "note": "curl -u me:${PASSWORD} h"}'
      WHERE event_type = 'notification';
    INSERT INTO mm_early_ends (agent_id, external_id, at_ms, reason) VALUES ('a', 'b', 1, 'TOKEN=${PASSWORD}')`);
}

const everything = () =>
  JSON.stringify(
    ["sessions", "mm_sessions", "session_events", "mm_early_ends"].map((table) =>
      world.rows(`SELECT * FROM ${table}`),
    ),
  );

describe("redact --rescan", () => {
  test("replaces what today's rules find in all texts, and says how much by rule", async () => {
    await storeSecrets();
    const expected = {
      secrets: 8,
      sessions: 1,
      events: 2,
      rules: [
        { rule: "github", secrets: 4 },
        { rule: "assignment", secrets: 2 },
        { rule: "command-line", secrets: 2 },
      ],
    };
    const before = everything();
    expect(await rescan("--dry-run")).toEqual({ dry_run: true, ...expected });
    expect(everything()).toBe(before);
    expect(await rescan()).toEqual({ dry_run: false, ...expected });
    expect(everything()).not.toMatch(/hunter|Vt42|ghp_/u);
    expect(world.rows("SELECT summary, metadata FROM sessions")).toEqual([
      {
        summary: "pushed with [redacted:github]",
        metadata: '{"title":"use [redacted:github]","deep":{"password":"[redacted:assignment]"}}',
      },
    ]);
    expect(world.rows("SELECT branch, cwd FROM mm_sessions")).toEqual([
      { branch: "fix-[redacted:github]", cwd: "/w/[redacted:github]/a" },
    ]);
    // Metadata that mm hasn't written keeps its form.
    expect(
      world.rows("SELECT metadata FROM session_events WHERE event_type = 'notification'"),
    ).toEqual([{ metadata: '{"event": "odd", "note": "curl -u me:[redacted:command-line] h"}' }]);
  });

  test("done again it finds nothing and changes nothing", async () => {
    await storeSecrets();
    await rescan();
    const after = everything();
    expect(await rescan()).toEqual({
      dry_run: false,
      secrets: 0,
      sessions: 0,
      events: 0,
      rules: [],
    });
    expect(everything()).toBe(after);
  });

  test("nothing of a secret is left in the files", async () => {
    await storeSecrets();
    const bytes = () =>
      readdirSync(world.home)
        .map((name) => `${world.home}/${name}`)
        .filter((path) => path.includes("memtomem.db"))
        .map((path) => readFileSync(path, "latin1"))
        .join("");
    await world.mm("search", "shop");
    expect(bytes()).toContain(PASSWORD);
    await rescan();
    expect(bytes()).not.toContain(PASSWORD);
    expect(bytes()).not.toContain(GITHUB);
  });

  test("the search finds what is stored now, and no part of a secret", async () => {
    await storeSecrets();
    const found = async (word: string) =>
      (await world.json<{ sessions: unknown[] }>("search", word)).sessions.length;
    expect(await found("hello")).toBe(1);
    expect(await found(GITHUB)).toBe(1);
    await rescan();
    expect(existsSync(`${world.database}.mm-search`)).toBe(false);
    expect(await found(GITHUB)).toBe(0);
    expect(await found("pushed")).toBe(1);
  });

  test("what isn't text, and what memtomem alone has written, is left and redacted", async () => {
    world.useMemtomemHome();
    world.exec("UPDATE session_events SET content = x'00ff' WHERE id = 1");
    world.exec(`UPDATE sessions SET summary = 'with ${GITHUB}' WHERE rowid = 1`);
    expect(await rescan("--dry-run")).toMatchObject({ secrets: 1, sessions: 1, events: 0 });
    expect(world.rows("SELECT name FROM sqlite_schema WHERE name = 'mm_sessions'")).toEqual([]);
    expect(await rescan()).toMatchObject({ secrets: 1, sessions: 1, events: 0 });
    expect(world.rows("SELECT typeof(content) AS type FROM session_events WHERE id = 1")).toEqual([
      { type: "blob" },
    ]);
  });

  test("many events are looked at in several steps", async () => {
    await storeSecrets();
    world.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)
      INSERT INTO session_events (session_id, event_type, content, created_at)
      SELECT (SELECT id FROM sessions), 'note', 'TOKEN=${PASSWORD}' || i, '2026-03-10T12:00:00+00:00' FROM n`);
    expect(await rescan()).toMatchObject({ secrets: 1008, events: 1002 });
    expect(everything()).not.toContain(PASSWORD);
  });

  test("in words, with one rule a line", async () => {
    await storeSecrets();
    const lines =
      "8 secrets in 1 session and 2 events\n  github        4\n  assignment    2\n  command-line  2\n";
    expect((await world.mm("redact", "--rescan", "--dry-run")).out).toBe(`Would replace: ${lines}`);
    expect((await world.mm("redact", "--rescan")).out).toBe(`Replaced: ${lines}`);
    expect((await world.mm("redact", "--rescan")).out).toBe(
      "No secret that the rules know is stored\n",
    );
  });

  test("without anything stored it finds nothing, and creates nothing", async () => {
    expect(await world.mm("redact", "--rescan")).toEqual({
      code: 0,
      out: "No secret that the rules know is stored\n",
      err: "",
    });
    expect(existsSync(world.home)).toBe(false);
  });

  test("without --rescan it says what is missing", async () => {
    expect(await world.mm("redact", "--dry-run")).toEqual({
      code: 2,
      out: "",
      err: "mm: option --rescan is missing\n  hint: `mm redact --rescan --dry-run` says what would be replaced\n",
    });
  });
});
