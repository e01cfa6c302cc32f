import { expect } from "bun:test";
import type { HookWorld } from "./hook-world.ts";

/** A session by hand and one of hooks that was resumed. */
export async function fill(world: HookWorld): Promise<void> {
  await world.mm("session", "start", "-t", "By hand");
  await world.mm(
    "activity",
    "log",
    "-c",
    "line one\nline two \u009b \u202e 한국어",
    "--meta",
    '{"a":[1,{"b":null}]}',
  );
  await world.mm("session", "end", "-s", "done");
  await world.start();
  await world.prompt("Fix the parser");
  await world.end();
  world.pass(60);
  await world.start("resume");
}

export async function exported(world: HookWorld, ...words: string[]): Promise<string> {
  const { code, out, err } = await world.mm("session", "export", ...words);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return out;
}

export async function imported(text: string, into: HookWorld) {
  into.stdin = new TextEncoder().encode(text);
  const { code, out } = await into.mm("session", "import", "-", "--json");
  return { code, ...JSON.parse(out) };
}

/** All rows that an export contains, without the ids of events, which each store assigns itself. */
export function stored(from: HookWorld) {
  return {
    sessions: from.rows("SELECT * FROM sessions ORDER BY id"),
    own: from.rows("SELECT * FROM mm_sessions ORDER BY session_id"),
    usage: from.rows("SELECT * FROM mm_usage ORDER BY client, call_id"),
    events: from.rows(
      `SELECT e.session_id, event_type, content, chunk_ids, created_at, metadata, at_ms, dedup_key, own_us, line
         FROM session_events e LEFT JOIN mm_events m ON m.event_id = e.id ORDER BY e.session_id, e.id`,
    ),
  };
}
