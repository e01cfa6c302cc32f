import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { exec, sessions } from "../support/stored.ts";

function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map((entry) => {
    const { mtimeMs, size } = statSync(`${entry.parentPath}/${entry.name}`);
    // SQLite's readers announce themselves in this file, which contains no data.
    return entry.name.endsWith("-shm") ? entry.name : `${entry.name} ${mtimeMs} ${size}`;
  });
}

async function ask(box: Sandbox, ...words: string[]): Promise<string[]> {
  const { code, out, err } = await box.mm(["__complete", ...words]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out.split("\n").slice(0, -1);
}

describe("mm __complete", () => {
  test("offers live sessions first, and writes nothing", async () => {
    using box = new Sandbox();
    const start = async (agent: string, title: string) =>
      JSON.parse((await box.mm(["session", "start", "-a", agent, "-t", title, "--json"])).out);
    const { session_id: first } = await start("codex", "one: of\ttwo");
    await box.mm(["session", "end"]);
    const { session_id: second } = await start("claude-code", "live");
    const before = listing(box.home);
    expect(await ask(box, "zsh", "--", "mm", "session", "events", "")).toEqual([
      "words",
      `${second}:claude-code (waiting): live`,
      `${first}:codex: one: of\\\\ttwo`,
    ]);
    expect(await ask(box, "fish", "--", "mm", "session", "end", "")).toEqual([
      "words",
      `${second}\tclaude-code (waiting): live`,
    ]);
    const prefix = `.${first.slice(0, 8)}`;
    expect(await ask(box, "powershell", "--", "mm", "session", "events", prefix)).toEqual([
      "words",
      `${first}\t${first}\tcodex: one: of\\ttwo`,
    ]);
    expect(await ask(box, "zsh", "--", "mm", "session", "list", "-a", "")).toContain(
      "codex:Codex CLI",
    );
    expect(listing(box.home)).toEqual(before);
  });

  test("leaves no log next to a database that nobody is writing to", async () => {
    using box = new Sandbox();
    await box.mm(["session", "start", "-a", "codex"]);
    const still = `${box.folder}/a #?%20b`;
    mkdirSync(still);
    exec(box, "PRAGMA wal_checkpoint(TRUNCATE)");
    copyFileSync(box.database, `${still}/memtomem.db`);
    const env = { MM_HOME: still };
    const { out } = await box.mm(["__complete", "fish", "--", "mm", "session", "end", ""], { env });
    expect(out).toMatch(/^words\n[0-9a-f-]{36}\tcodex \(waiting\)\n$/u);
    expect(readdirSync(still)).toEqual(["memtomem.db"]);
  });

  test("reads what is still only in the log, through a link too", async () => {
    using box = new Sandbox();
    await box.mm(["session", "start", "-a", "codex"]);
    const linked = `${box.folder}/linked`;
    mkdirSync(linked);
    symlinkSync(box.database, `${linked}/memtomem.db`);
    const env = { MM_HOME: linked };
    const { out } = await box.mm(["__complete", "fish", "--", "mm", "session", "end", ""], { env });
    expect(out).toContain("\tcodex");
    expect(readdirSync(linked)).toEqual(["memtomem.db"]);
  });

  test("offers no id that can't be typed", async () => {
    using box = new Sandbox();
    mkdirSync(box.home);
    const db = new Database(box.database);
    db.run(
      "CREATE TABLE sessions (id, agent_id, started_at, ended_at, summary, metadata, namespace)",
    );
    const add = db.query(
      "INSERT INTO sessions (id, agent_id, started_at, metadata) VALUES (?, ?, '1', ?)",
    );
    for (const id of ["a\nb", "\u202eevil", "-x", "", "\x1b[31m", null, "good"])
      add.run(id, "a\x07b", "[1]");
    db.close(true);
    expect(await ask(box, "fish", "--", "mm", "session", "end", "")).toEqual([
      "words",
      "good\ta\\x07b (active)",
    ]);
  });

  test("ids that can't be typed, or have ended, don't take the others' place", async () => {
    using box = new Sandbox();
    await box.mm(["session", "start", "-a", "codex"]);
    const [good] = sessions(box);
    exec(
      box,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
      INSERT INTO sessions (id, agent_id, started_at) SELECT '-' || i, 'x', '2099' FROM n`,
    );
    const prefix = good?.id.slice(0, 2) ?? "";
    exec(
      box,
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
      INSERT INTO sessions (id, agent_id, started_at, ended_at) SELECT '${prefix} ' || i, 'x', '2000', '2000' FROM n`,
    );
    const line = `${good?.id}\tcodex (waiting)`;
    expect(await ask(box, "fish", "--", "mm", "session", "end", "")).toEqual(["words", line]);
    expect(await ask(box, "fish", "--", "mm", "session", "end", prefix)).toEqual(["words", line]);
    const all = await ask(box, "fish", "--", "mm", "session", "show", "");
    expect(all.slice(0, 3)).toEqual(["words", line, `${prefix} 60\tx`]);
    expect(all).toHaveLength(51);
  });

  test.each([
    [[]],
    [["--"]],
    [["csh", "--", "mm", ""]],
    [["bash"]],
    [["zsh", "--"]],
    [["--help"]],
    [["zsh", "--", "mm", "session", "end", "\u{1f600}"]],
    [["fish", "--", "mm", "--", "--", "'"]],
  ])("%j: never fails, prints nothing on stderr, creates nothing", async (words) => {
    using box = new Sandbox();
    await ask(box, ...words);
    expect(readdirSync(box.folder)).toEqual([]);
  });

  test.each([
    ["no home", { HOME: undefined, MM_HOME: undefined }],
    ["a relative home", { MM_HOME: "x" }],
    ["no database", { MM_DB: "/nowhere/x.db" }],
    ["a folder for a database", { MM_DB: "/" }],
    ["a text file for a database", { MM_DB: "/etc/passwd" }],
  ])("%s: what needs no database is still offered", async (_, env) => {
    using box = new Sandbox();
    const sessions = await box.mm(["__complete", "zsh", "--", "mm", "session", "end", ""], { env });
    expect(sessions).toMatchObject({ code: 0, err: "" });
    expect(sessions.out.split("\n").filter((line) => line !== "words" && line !== "")).toEqual([]);
    const agents = await box.mm(["__complete", "zsh", "--", "mm", "session", "list", "-a", ""], {
      env,
    });
    expect(agents).toMatchObject({ code: 0, err: "" });
    expect(agents.out).toContain("claude-code:Claude Code");
    expect(readdirSync(box.folder)).toEqual([]);
  });

  test("a newer database still has names, and a broken one has none", async () => {
    using box = new Sandbox();
    await box.mm(["session", "start"]);
    exec(box, "UPDATE mm_meta SET value = '999' WHERE key = 'schema_version'");
    expect(await ask(box, "fish", "--", "mm", "session", "end", "")).toHaveLength(2);
    writeFileSync(box.database, "SQLite format 3\0 and no more");
    expect(await ask(box, "fish", "--", "mm", "session", "end", "")).toEqual([]);
  });
});
