import { expect } from "bun:test";
import { clone, type Fleet } from "./fleet.ts";

/** What never leaves a machine, and what is made of it. */
const STAYS: ReadonlySet<string> = new Set([
  "repository",
  "root",
  "cwd",
  "remote",
  "transcript",
  "resume_command",
]);

/** What \`--machine\` adds. */
const ADDED: ReadonlySet<string> = new Set(["machine", "source_id", "also_on", "continued_on"]);

function without(document: object, keys: ReadonlySet<string>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(document).filter(([key]) => !keys.has(key)));
}

/** Makes sessions of all kinds on the desk. @returns their ids */
export async function fillDesk({ desk, work }: Fleet): Promise<string[]> {
  const shop = clone(desk, "shop", "git@github.com:acme/shop.git");
  const fields = { session_id: "d1", cwd: shop };
  await work(desk, "d1", "Fix the cart of $name — ünïcode \u{1f600}\nin two lines", shop);
  await desk.claude("PostToolUse", {
    ...fields,
    tool_name: "Edit",
    tool_input: { file_path: `${shop}/src/cart.ts`, old_string: "a", new_string: "b" },
    tool_response: { filePath: `${shop}/src/cart.ts` },
    tool_use_id: "t2",
  });
  desk.pass(0.4);
  await desk.claude("PostToolUseFailure", {
    ...fields,
    tool_name: "Bash",
    tool_input: { command: "false" },
    error: "Exit code 1",
    tool_use_id: "t3",
  });
  await desk.claude("Stop", { ...fields, last_assistant_message: "Done" });
  desk.pass(3600);
  await desk.start("resume", fields);
  await desk.prompt("Now the basket", fields);
  await desk.end("logout", fields);
  await desk.start("fork", { session_id: "d2", cwd: shop });
  await desk.prompt("In another way", { session_id: "d2", cwd: shop });
  desk.cwd = shop;
  await desk.mm("session", "start", "-a", "helper", "-t", "By hand", "-n", "team:alpha");
  await desk.mm(
    "activity",
    "log",
    "-c",
    "A decision",
    "--type",
    "decision",
    "--meta",
    '{"why":"it was"}',
  );
  await desk.mm("session", "end", "-s", "Rounded the prices");
  await desk.mm("session", "start", "--auto-end-stale", "0s");
  desk.exec(
    `INSERT INTO sessions (id, agent_id, started_at, ended_at, summary, metadata, namespace)
      VALUES ('odd one', 'memtomem', '2026-03-01T10:00:00+00:00', NULL, '', '{"a":[1,{"b":null}]}', 'default')`,
  );
  desk.exec(
    `INSERT INTO session_events (session_id, event_type, content, created_at, metadata)
      VALUES ('odd one', 'custom', '', '2026-03-01T10:00:01+00:00', NULL),
        ('odd one', 'tool_call', 'x', '2026-03-01T10:00:09+00:00', '{"tool":"Read","file":"a.ts"}')`,
  );
  return desk.rows<{ id: string }>("SELECT id FROM sessions ORDER BY rowid").map(({ id }) => id);
}

/** Expects that the laptop shows these sessions, and counts them, as the desk itself does. */
export async function expectShownAlike(
  { laptop, desk }: Fleet,
  ids: readonly string[],
): Promise<void> {
  laptop.clock = desk.clock;
  const ask = ["--machine", "desk"];
  for (const id of ids) {
    const there = await desk.json("show", id);
    const here = await laptop.json("show", id, ...ask);
    expect(without(here, new Set([...STAYS, ...ADDED]))).toEqual(without(there, STAYS));
    expect(here).toMatchObject({ machine: "desk", source_id: expect.any(String) });
  }
  const counts = async (world: Fleet["desk"], ...words: string[]) => {
    const { sessions, events } = await world.json("stats", ...words);
    return { sessions, events };
  };
  expect(await counts(laptop, ...ask)).toEqual(await counts(desk));
}
