import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { HistoryWorld } from "../support/backfilled.ts";
import { randomFrom } from "../support/random.ts";
import { AGENTS_WITH_FIXTURES, copyHome } from "../support/transcripts.ts";

const SEEDS = Number(process.env["SEEDS"] ?? 5);
const FIRST = Number(process.env["SEEDS_FROM"] ?? 1);

/** How many of the lines get an odd value. */
const PART = 0.2;
const SECRET = `sk-ant-api03-${"A".repeat(95)}`;

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? { a: value } : [value];
  return value;
}

/** What may stand where anything else is expected. */
const ODD: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 4e12, 1e308, -1e308, 2 ** 53 - 1, 2 ** 53 + 2, 1e18, 1_795_693_531],
  ...["", " ", "5", "NaN", "1e308", "toString", "__proto__", "../../../etc/passwd", SECRET],
  ...["2026-11-26", "2026-11-26T11:26:06", "0001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"],
  ...["\ud800", "a\udc00b", "\u0000", "a\nb\u001b[31m", "\u202e", "%zz", "€".repeat(3000)],
  ...[[], {}, [[]], [null], ["x"], [{}], [{ type: "text", text: 5 }], nested(50), nested(3000)],
  ...[{ toString: 1 }, { length: 1e9 }],
  Array.from({ length: 3000 }, () => ({ type: "text", text: "t" })),
];

type Place = readonly string[];

function placesIn(value: unknown, at: Place = []): Place[] {
  const own = at.length === 0 ? [] : [at];
  if (typeof value !== "object" || value === null) return own;
  return [...own, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...at, key]))];
}

/** The same with a value of it replaced or left out. */
function spoilt(value: unknown, random: () => number): unknown {
  const one = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)];
  const place = one(placesIn(value)) ?? [];
  let owner = value as Record<string, unknown>;
  for (const key of place.slice(0, -1)) owner = owner[key] as Record<string, unknown>;
  const last = place.at(-1);
  if (last === undefined) return value;
  if (random() < 0.1) delete owner[last];
  else owner[last] = one(ODD);
  return value;
}

function spoilText(text: string, random: () => number): string {
  try {
    return JSON.stringify(spoilt(JSON.parse(text), random));
  } catch {
    return text;
  }
}

const TIMES = ["time_created", "time_updated"];

function spoilDatabase(path: string, random: () => number): void {
  using db = new Database(path);
  const rows = (table: string) =>
    db.query<Record<string, string> & { row: number }, []>(`SELECT rowid AS row, * FROM ${table}`);
  for (const [table, columns] of [
    ["session", ["title", "directory", "version", ...TIMES]],
    ["message", ["data", "time_created"]],
    ["part", ["data", "time_created"]],
  ] as const) {
    for (const each of rows(table)
      .all()
      .filter(() => random() < PART)) {
      const column = columns[Math.floor(random() * columns.length)] ?? "";
      const odd = ODD[Math.floor(random() * ODD.length)];
      const plain = typeof odd === "number" || typeof odd === "string" ? odd : JSON.stringify(odd);
      const value = column === "data" ? spoilText(each[column] ?? "", random) : plain;
      db.query(`UPDATE ${table} SET ${column} = ?1 WHERE rowid = ?2`).run(value, each.row);
    }
  }
}

/** Puts odd values into everything that an agent left. */
function spoil(folder: string, random: () => number): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const path = `${folder}/${name}`;
    if (name.endsWith(".db")) spoilDatabase(path, random);
    if (!/\.jsonl?$/u.test(name)) continue;
    const text = readFileSync(path, "utf8");
    const parts = name.endsWith("l") ? text.split("\n") : [text];
    const odd = parts.map((part) => (random() < PART ? spoilText(part, random) : part));
    writeFileSync(path, odd.join("\n"));
  }
}

class SpoiltWorld extends HistoryWorld {
  constructor(agent: string, seed: number) {
    super();
    copyHome(agent, this.user);
    spoil(this.user, randomFrom(seed));
  }

  /** All times that are stored, in milliseconds since 1970. */
  times(): number[] {
    const own = ["SELECT at_ms AS at FROM mm_events", "SELECT at_ms FROM mm_usage"];
    const last = "SELECT last_event_ms FROM mm_sessions";
    const told = "SELECT unixepoch(started_at) * 1000 FROM sessions";
    const ends = "SELECT unixepoch(ended_at) * 1000 FROM sessions WHERE ended_at IS NOT NULL";
    return this.rows<{ at: number }>([...own, last, told, ends].join(" UNION ALL ")).map(
      ({ at }) => at,
    );
  }
}

type Sums = Readonly<Record<"calls" | "total_tokens" | "cost_usd", number>>;

describe.each(AGENTS_WITH_FIXTURES)("%s: odd values", (agent) => {
  test.each(Array.from({ length: SEEDS }, (_, nth) => FIRST + nth))("seed %d", async (seed) => {
    using world = new SpoiltWorld(agent, seed * 31 + agent.length);
    const problems = (await world.backfill()).flatMap((report) => report.problems);
    expect({ problems }).toEqual({ problems: [] });

    const latest = Math.max(Date.now(), world.clock.getTime()) + 600_000;
    const wrong = world
      .times()
      .filter((at) => !(Number.isInteger(at) && at >= 1e12 && at < latest));
    expect({ wrong }).toEqual({ wrong: [] });

    for (const by of ["day", "week", "agent", "model", "project", "session"]) {
      const stats = await world.json<Sums & { groups: Sums[] }>("stats", "cost", "--by", by);
      for (const name of ["calls", "total_tokens", "cost_usd"] as const) {
        const sum = stats.groups.reduce((all, group) => all + group[name], 0);
        expect(sum).toBeCloseTo(stats[name], 5);
      }
      const { out } = await world.mm("stats", "tokens", "--by", by);
      expect(out).not.toMatch(/Infinity|undefined|\[object|\$-/u);
    }
    for (const { id } of world.rows<{ id: string }>("SELECT id FROM sessions")) {
      for (const words of [
        ["show", id, "--json"],
        ["show", id],
        ["export", id],
      ]) {
        const { code } = await world.mm(...words);
        expect({ words, code }).toEqual({ words, code: 0 });
      }
    }

    const rows = ["session_events", "mm_events", "mm_usage"].map((table) =>
      JSON.stringify(world.rows(`SELECT * FROM ${table}`)),
    );
    expect(rows.join("")).not.toContain(SECRET.slice(0, 20));
    const stored = () => JSON.stringify(world.rows("SELECT * FROM session_events"));
    const before = stored();
    // As if all of it had been rewritten.
    world.exec("UPDATE mm_transcripts SET size = size + 1");
    await world.backfill();
    expect(stored()).toBe(before);
  });
});
