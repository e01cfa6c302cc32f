import { describe, expect } from "bun:test";
import { cpSync, readdirSync, statSync } from "node:fs";
import { Sandbox } from "../support/binary.ts";
import { KILLERS, type Killer } from "../support/killers.ts";
import { active, integrity, leftovers, rows, sessions, stateOf } from "../support/stored.ts";
import { needs } from "../support/tools.ts";

interface Started {
  readonly session_id: string;
  readonly stale_ended: readonly string[];
}

const start = (agent: string) => ["session", "start", "--idempotent", "-a", agent, "--json"];

async function json<T>(box: Sandbox, argv: readonly string[]): Promise<T> {
  const { code, out, err } = await box.mm(argv);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as T;
}

/** The session that readers take for the current one. */
async function current(box: Sandbox): Promise<string | null> {
  const { out } = await box.mm(["session", "events", "--json"]);
  return (JSON.parse(out) as { session_id?: string }).session_id ?? null;
}

async function activeIds(box: Sandbox): Promise<string[]> {
  const list = ["session", "list", "--active", "--limit", "1000", "--json"];
  const { sessions: found } = await json<{ sessions: { id: string }[] }>(box, list);
  return found.map(({ id }) => id);
}

/** After an idempotent start that was let be: it is active, alone but for `besides`, and the home is tidy. */
function expectTidy(box: Sandbox, id: string, besides: readonly string[] = []): void {
  const open = active(box).map((session) => session.id);
  expect(open.toSorted()).toEqual([id, ...besides].toSorted());
  expect(stateOf(box)).toBe(`${id}\n`);
  expect(leftovers(box)).toEqual([]);
  expect(integrity(box)).toBe("ok");
  const modes = readdirSync(box.home).map((name) => statSync(`${box.home}/${name}`).mode & 0o777);
  expect(new Set(modes)).toEqual(new Set([0o600]));
  expect(statSync(box.home).mode & 0o777).toBe(0o700);
}

/** What is killed, on which home, and what must be true then. */
interface Case {
  readonly name: string;
  readonly argv: readonly string[];
  readonly before: readonly (readonly string[])[];
  /** `out` is what the killed call had acknowledged, `first` the session that was current before. */
  judge(box: Sandbox, out: string, first: string): Promise<void>;
}

/** The current session is the only active one there is, for readers and for the next start. */
async function expectNoneForgotten(box: Sandbox, besides: readonly string[] = []): Promise<void> {
  const named = await current(box);
  const open = (await activeIds(box)).filter((id) => !besides.includes(id));
  expect(open).toEqual(named === null ? [] : [named]);
  const next = await json<Started>(box, start("next"));
  expect(next.stale_ended).toEqual(open);
  expectTidy(box, next.session_id, besides);
}

function acknowledged<T>(out: string): T | null {
  return out.endsWith("\n") ? (JSON.parse(out) as T) : null;
}

function expectStored(box: Sandbox, out: string): void {
  const id = acknowledged<Started>(out)?.session_id;
  if (id !== undefined) expect(sessions(box).map((session) => session.id)).toContain(id);
}

const CASES: readonly Case[] = [
  {
    name: "the first start of all, which creates the database",
    argv: start("b"),
    before: [],
    async judge(box, out) {
      await expectNoneForgotten(box);
      expectStored(box, out);
    },
  },
  {
    name: "a start while another agent's session is active",
    argv: start("b"),
    before: [start("a")],
    async judge(box, out) {
      expect(await activeIds(box)).toHaveLength(1);
      await expectNoneForgotten(box);
      expectStored(box, out);
    },
  },
  {
    name: "a plain start beside an active session",
    argv: ["session", "start", "-a", "plain", "--json"],
    before: [start("a")],
    async judge(box, out, first) {
      const named = await current(box);
      const started = sessions(box).find(({ agent_id }) => agent_id === "plain")?.id;
      expect(await activeIds(box)).toEqual(started === undefined ? [first] : [started, first]);
      expect(named).toBe(started ?? first);
      await expectNoneForgotten(box, started === undefined ? [] : [first]);
      expectStored(box, out);
    },
  },
  {
    name: "an end",
    argv: ["session", "end", "--json"],
    before: [start("a")],
    async judge(box, out) {
      if (acknowledged(out) !== null) expect(await activeIds(box)).toEqual([]);
      await expectNoneForgotten(box);
    },
  },
  {
    name: "a logged event",
    argv: ["activity", "log", "-c", "happened", "--json"],
    before: [start("a")],
    async judge(box, out) {
      await expectNoneForgotten(box);
      const stored = rows(box, "SELECT 1 FROM session_events WHERE content = 'happened'").length;
      if (acknowledged(out) !== null) expect(stored).toBe(1);
      expect(stored).toBeLessThanOrEqual(1);
    },
  },
];

/** Kills the call at one moment after another until it survives them all; returns how often it was killed. */
async function killAtEachStep(killer: Killer, { argv, before, judge }: Case): Promise<number> {
  using template = new Sandbox();
  for (const command of before) await json(template, command);
  const first = stateOf(template)?.trim() ?? "";
  let killed = 0;
  let survivors = 0;
  for (let step = 1; survivors < killer.patience; step++) {
    using box = new Sandbox();
    if (before.length > 0) cpSync(template.home, box.home, { recursive: true });
    const { survived, out } = await killer.strike(box, argv, step);
    survivors = survived ? survivors + 1 : 0;
    if (!survived) killed++;
    await judge(box, out, first);
  }
  return killed;
}

describe.each([...KILLERS])("killed, $name:", (killer) => {
  const test = needs(...killer.tools);

  test.each([...CASES])("$name", async (each) => {
    expect(await killAtEachStep(killer, each)).toBeGreaterThan(5);
  });
});
