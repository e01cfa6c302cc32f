import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { integrity, rows } from "../support/stored.ts";

setDefaultTimeout(60_000);

const HOLDER = `import { Database } from "bun:sqlite";
const db = new Database(process.argv.at(-1));
db.query("SELECT count(*) FROM sessions").get();
console.log("open");
await Bun.stdin.text();
db.close(true);`;

/** Another program that has the database open until it is released. */
async function hold(box: Sandbox): Promise<() => Promise<void>> {
  const child = Bun.spawn([process.execPath, "-e", HOLDER, box.database], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const reader = child.stdout.getReader();
  await reader.read();
  return async () => {
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
