import { Database } from "bun:sqlite";
import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { integrity, rows } from "../support/stored.ts";

setDefaultTimeout(60_000);

const HOLDER = `import { Database } from "bun:sqlite";
const db = new Database(process.argv.at(-1));
db.query("SELECT count(*) FROM sessions").get();
console.log("open");
await Bun.stdin.text();
db.close(true);`;

/** Another program that has the database open until it is released, or killed by a signal. */
async function hold(box: Sandbox): Promise<(signal?: "SIGKILL") => Promise<void>> {
  const child = Bun.spawn([process.execPath, "-e", HOLDER, box.database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  await reader.read();
  return async (signal) => {
    if (signal !== undefined) child.kill(signal);
    child.stdin.end();
    await child.exited;
  };
}

const record = (box: Sandbox, name: string) =>
  box.mm(["hook", "claude", "UserPromptSubmit"], {
    stdin: JSON.stringify({ session_id: name, prompt: name }),
  });

const prompts = (box: Sandbox) =>
  rows<{ content: string }>(box, "SELECT content FROM session_events ORDER BY id").map(
    ({ content }) => content,
  );

test.each([
  ["", [""]],
  [" with its log", ["", "-wal"]],
])(
  "a database that is removed%s while another program has it open is made anew",
  async (_, ends) => {
    using box = new Sandbox();
    for (const name of ["a1", "a2", "a3"]) await record(box, name);
    const release = await hold(box);
    for (const end of ends) rmSync(`${box.database}${end}`);
    await record(box, "new");
    expect(prompts(box)).toEqual(["new"]);
    expect((await box.mm(["session", "start"])).code).toBe(0);
    await release();
    await record(box, "last");
    expect(prompts(box)).toEqual(["new", "last"]);
    expect(integrity(box)).toBe("ok");
  },
);

test("one that is replaced then is not written to, which is said, until that program has ended", async () => {
  using box = new Sandbox();
  using other = new Sandbox();
  for (const name of ["a1", "a2", "a3"]) await record(box, name);
  await record(other, "b1");
  const db = new Database(other.database);
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  db.close(true);
  const release = await hold(box);
  renameSync(other.database, box.database);
  rmSync(`${box.database}-wal`);
  await record(box, "spooled");
  const { code, err } = await box.mm(["session", "list"]);
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringContaining("replaced while another"),
  });
  await release();
  await record(box, "last");
  expect(prompts(box).toSorted()).toEqual(["b1", "last", "spooled"]);
  expect(integrity(box)).toBe("ok");
});

/** Folds the log into the database and empties it, while others have both open. */
function fold(box: Sandbox): void {
  const db = new Database(box.database);
  db.query("PRAGMA wal_checkpoint(TRUNCATE)").get();
  db.close(true);
}

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { check: string; what: string; mend: string }[];
}

const examine = async (box: Sandbox, ...words: string[]) =>
  JSON.parse((await box.mm(["doctor", ...words, "--json"])).out) as Report;

describe("a database that was emptied in place while another program has it open", () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = new Sandbox();
    for (const name of ["a1", "a2", "a3"]) await record(box, name);
  });
  afterEach(() => box[Symbol.dispose]());

  const EMPTIED: [string, () => void][] = [
    ["its log folded in", () => fold(box)],
    ["its log emptied, too", () => truncateSync(`${box.database}-wal`)],
  ];

  test.each(EMPTIED)(
    "%s, is an error until that ends, and no event is lost",
    async (_, prepare) => {
      const release = await hold(box);
      prepare();
      truncateSync(box.database);
      await record(box, "spooled");
      for (const words of [
        ["session", "list"],
        ["session", "start"],
      ]) {
        const { code, out, err } = await box.mm(words);
        expect({ code, out }).toEqual({ code: 1, out: "" });
        expect(err).toContain(`${box.database} was emptied while a program had it open`);
      }
      const before = await examine(box);
      expect(before.findings.filter(({ check }) => check === "left-logs")).toMatchObject([
        { what: `the database ${box.database} was emptied while a program had it open` },
      ]);
      expect((await examine(box, "--fix")).ok).toBe(false);
      expect(statSync(box.database).size).toBe(0);
      await release();
      await record(box, "last");
      expect(prompts(box).toSorted()).toEqual(["last", "spooled"]);
      expect(integrity(box)).toBe("ok");
      expect((await examine(box)).ok).toBe(true);
    },
  );

  test.each(EMPTIED)("%s, heals by doctor where that was killed", async (_, prepare) => {
    const release = await hold(box);
    prepare();
    await release("SIGKILL");
    truncateSync(box.database);
    expect((await box.mm(["session", "list"])).code).toBe(1);
    expect((await examine(box)).ok).toBe(false);
    expect((await examine(box, "--fix")).ok).toBe(true);
    expect((await examine(box)).ok).toBe(true);
    await record(box, "last");
    expect(prompts(box)).toEqual(["last"]);
  });

  test("and whose log was removed, is an error, too", async () => {
    const release = await hold(box);
    rmSync(`${box.database}-wal`);
    truncateSync(box.database);
    expect((await box.mm(["session", "list"])).err).toContain("was emptied");
    await record(box, "spooled");
    await release();
    // That program has put back what it could, and may have left it damaged, which is said then.
    await record(box, "last");
    const { err } = await box.mm(["session", "list"]);
    const inDatabase = err.includes("the database is damaged") ? 0 : prompts(box).length;
    const inSpool = [...new Bun.Glob("*").scanSync(`${box.home}/spool`)].length;
    expect(inDatabase + inSpool).toBeGreaterThanOrEqual(2);
  });

  test("keeps what its log holds, whatever that program does as it ends", async () => {
    const release = await hold(box);
    truncateSync(box.database);
    const log = readFileSync(`${box.database}-wal`);
    await record(box, "spooled");
    expect((await box.mm(["session", "list"])).err).toContain("was emptied");
    await examine(box, "--fix");
    await release();
    expect(readFileSync(`${box.database}-wal.left-1`)).toEqual(log);
  });
});
