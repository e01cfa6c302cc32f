import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { integrity, rows } from "../support/stored.ts";
import { copyHome } from "../support/transcripts.ts";

const ID = "4ed12102-7545-43e2-a232-7c7a705cdd97";

let box: Sandbox;
beforeEach(() => {
  box = new Sandbox();
  copyHome("claude", box.folder);
});
afterEach(() => box[Symbol.dispose]());

const hook = (event: string) =>
  box.mm(["hook", "claude", event, "1"], {
    stdin: JSON.stringify({ session_id: ID, hook_event_name: event, cwd: "/home/ada/shop" }),
  });

const answers = () =>
  rows<object>(box, "SELECT 1 FROM session_events WHERE event_type = 'assistant'").length;
const claims = () => rows<object>(box, "SELECT 1 FROM mm_meta WHERE key = 'reading'").length;

/** The time-out of the test ends it if that never comes. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await Bun.sleep(20);
}

test("the transcript of a session that has ended completes it, and leaves nothing behind", async () => {
  mkdirSync(box.home, { recursive: true });
  writeFileSync(`${box.home}/mm.json`, '{"prompts":["claude"]}');
  expect(await hook("SessionEnd")).toMatchObject({ code: 0, out: "", err: "" });
  // Nothing was read while the agent waited.
  expect(rows<object>(box, "SELECT 1 FROM mm_transcripts")).toEqual([]);
  await hook("SessionStart");
  await hook("SessionEnd");
  await until(() => answers() > 0 && claims() === 0);
  expect(rows<object>(box, "SELECT 1 FROM sessions")).toHaveLength(1);
  expect(
    readdirSync(box.home)
      .sort()
      .filter((name) => !name.startsWith("memtomem.db")),
  ).toEqual(["mm.json"]);
  expect(integrity(box)).toBe("ok");
});

test("many at once are read by one of them", async () => {
  await hook("SessionStart");
  const all = await Promise.all(
    Array.from({ length: 6 }, () => box.mm(["backfill", "claude", "--known", "--json"])),
  );
  expect(all.map(({ code }) => code)).toEqual(all.map(() => 0));
  const added = all.map(({ out }) => JSON.parse(out).agents[0].events as number);
  expect(added.filter((events) => events > 0)).toHaveLength(1);
  expect(claims()).toBe(0);
});
