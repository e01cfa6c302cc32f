import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { exported } from "../support/transfer.ts";

const FORMS = `${import.meta.dir}/../fixtures/secrets/short.txt`;

/** Each form in which a secret is typed, with one. */
function typed(secret: string): string[] {
  const lines = readFileSync(FORMS, "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("# "))
    .map((line) => line.replaceAll("\\n", "\n").replaceAll("§", secret));
}

test.each(["jsonl", "md", "html"])(
  "what others stored with a secret leaves without it, as %s",
  async (format) => {
    using world = new HookWorld();
    await world.mm("session", "start");
    const id = HookWorld.id(1);
    const secret = "hunter2";
    const texts = typed(secret);
    expect(texts.length).toBeGreaterThan(250);
    world.exec(
      `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      SELECT '${id}', 'prompt', value, '2026-01-01T00:00:00+00:00',
        json_object('error', value, 'pin', '4711', 'pw', 'sunshine') FROM json_each(?1)`,
      JSON.stringify(texts),
    );
    world.exec("UPDATE sessions SET summary = ?1", `the password is ${secret}`);
    const text = await exported(world, id, "--format", format);
    expect(text).toContain("[redacted:");
    expect(text.split("\n").filter((line) => /hunter2|4711|sunshine/.test(line))).toEqual([]);
  },
);
