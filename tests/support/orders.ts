import { Database } from "bun:sqlite";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import type { AgentName } from "../../src/agents/agents.ts";
import { HistoryWorld } from "./backfilled.ts";
import { type Played, play, playedHooks } from "./played-hooks.ts";
import { copyHome } from "./transcripts.ts";

/** After all that was recorded. */
const AFTER = new Date("2026-11-27T12:00:00Z");

/** Hours after it, but before a session is stale. */
const EVENING = new Date("2026-11-26T20:00:00Z");

const HOUR_MS = 3_600_000;
/** Where the agents ran that were recorded. */
const THERE = "/home/ada/shop";

/** One thing that happens. Places in a list or a file are parts of it, from 0 to 1. */
export type Step =
  | { readonly do: "hooks"; readonly to: number; readonly late?: boolean }
  | {
      readonly do: "again";
      readonly from: number;
      readonly to: number;
      readonly hours: number;
      readonly spooled: boolean;
    }
  | { readonly do: "read"; readonly words: readonly string[]; readonly early: boolean }
  | { readonly do: "cut"; readonly file: number; readonly at: number; readonly fresh: boolean }
  | { readonly do: "complete" }
  | { readonly do: "move" };

/** A world in which an agent calls its hooks, writes its transcripts, and has both read, in any order. */
export class OrderWorld extends HistoryWorld {
  readonly of: AgentName;
  readonly hooks: readonly Played[];
  #next = 0;
  #cut: { path: string; bytes: Uint8Array } | null = null;

  /** @param isRaw whether OpenCode's hooks come without our plugin */
  constructor(agent: AgentName, isRaw = false) {
    super();
    this.of = agent;
    copyHome(agent, this.user);
    this.#settle();
    const hooks = agent === "cline" ? [] : playedHooks(agent, this.user, isRaw);
    this.hooks = JSON.parse(JSON.stringify(hooks).replaceAll(THERE, this.#here));
  }

  get #here(): string {
    return `${this.folder}/shop`;
  }

  /** The folder in which the agent ran is a repository here. */
  #settle(): void {
    mkdirSync(`${this.#here}/.git/logs`, { recursive: true });
    writeFileSync(`${this.#here}/.git/HEAD`, "ref: refs/heads/main\n");
    writeFileSync(
      `${this.#here}/.git/logs/HEAD`,
      `${"0".repeat(40)} ${"a".repeat(40)} n <e> 1 +0000\n`,
    );
    for (const path of this.#files) {
      if (path.endsWith(".db")) replaceInDatabase(path, THERE, this.#here);
      else writeFileSync(path, readFileSync(path, "utf8").replaceAll(THERE, this.#here));
    }
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case "hooks":
        return await this.#play(Math.round(this.hooks.length * step.to), step.late === true);
      case "again":
        return await this.#again(step);
      case "read":
        if (step.early) this.clock = new Date(this.#last + 1000);
        else this.clock = AFTER;
        return await this.read(...step.words);
      case "cut":
        return this.#cutFile(step);
      case "complete":
        return this.complete();
      case "move":
        return this.#move();
    }
  }

  get #last(): number {
    return this.hooks[Math.max(0, this.#next - 1)]?.at ?? AFTER.getTime();
  }

  async #play(to: number, isLate: boolean): Promise<void> {
    const some = this.hooks.slice(this.#next, to);
    this.#next = Math.max(this.#next, to);
    await play(this, this.of, isLate ? some.map((hook) => ({ ...hook, at: +EVENING })) : some);
  }

  /** What hooks have told already they tell once more. */
  async #again({ from, to, hours, spooled }: Extract<Step, { do: "again" }>): Promise<void> {
    const [start, end] = [Math.floor(this.#next * from), Math.floor(this.#next * to)];
    const some = this.hooks
      .slice(start, end)
      .map((hook) => ({ ...hook, at: hook.at + hours * HOUR_MS }));
    if (!spooled || !existsSync(this.database)) return await play(this, this.of, some);
    await this.whileBroken(async () => await play(this, this.of, some));
    this.clock = AFTER;
    await this.mm("doctor", "--fix");
  }

  async read(...words: readonly string[]): Promise<void> {
    const outcome = await this.mm("backfill", this.of, ...words, "--json");
    if (outcome.code !== 0) throw new Error(outcome.out + outcome.err);
  }

  get #files(): string[] {
    return readdirSync(this.user, { recursive: true, encoding: "utf8" })
      .map((name) => `${this.user}/${name}`)
      .filter((path) => statSync(path).isFile() && !/\.(?:db-\w+|sqlite|zst)$/u.test(path))
      .sort();
  }

  /** A file as it was when it was shorter. */
  #cutFile({ file, at, fresh }: Extract<Step, { do: "cut" }>): void {
    this.complete();
    const files = this.#files.filter((path) => /\.(?:jsonl|json|db)$/u.test(path));
    const path = files[Math.floor(files.length * file)];
    if (path === undefined) return;
    this.#cut = { path, bytes: readFileSync(path) };
    if (path.endsWith(".db")) cutDatabase(path, at);
    else truncateSync(path, Math.floor(statSync(path).size * at));
    const then = (fresh ? AFTER.getTime() - 60_000 : AFTER.getTime() - 2 * HOUR_MS) / 1000;
    utimesSync(path, then, then);
  }

  complete(): void {
    if (this.#cut !== null) writeFileSync(this.#cut.path, this.#cut.bytes);
    this.#cut = null;
  }

  #move(): void {
    this.complete();
    move(this.of, this.user);
  }

  /** All that is still missing comes, and everything is read. */
  async finish(): Promise<void> {
    this.complete();
    await this.step({ do: "hooks", to: 1 });
    this.clock = AFTER;
    // As if the agent had gone on writing.
    if (existsSync(this.database)) this.exec("DELETE FROM mm_transcripts");
    await this.read();
  }
}

function replaceInDatabase(path: string, from: string, to: string): void {
  const db = new Database(path);
  db.run("UPDATE session SET directory = replace(directory, ?1, ?2)", [from, to]);
  db.run("UPDATE message SET data = replace(data, ?1, ?2)", [from, to]);
  db.run("UPDATE part SET data = replace(data, ?1, ?2)", [from, to]);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

function cutDatabase(path: string, at: number): void {
  const db = new Database(path);
  const { first, last } = db
    .query<{ first: number; last: number }, []>(
      "SELECT min(time_created) AS first, max(time_created) AS last FROM message",
    )
    .get() as { first: number; last: number };
  const until = first + (last - first) * at;
  db.run("DELETE FROM part WHERE time_created > ?1", [until]);
  db.run("DELETE FROM message WHERE time_created > ?1", [until]);
  db.run("DELETE FROM session WHERE time_created > ?1", [until]);
  db.run("UPDATE session SET time_updated = min(time_updated, ?1)", [Math.floor(until)]);
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close();
}

/** Where a later version of the agent might have moved its files. */
const MOVES: Readonly<Partial<Record<AgentName, readonly [RegExp, string]>>> = {
  claude: [/-home-ada-shop\//u, "-home-ada-shop-two/"],
  codex: [/sessions\/2026\/11\/26\//u, "archived_sessions/"],
  gemini: [/session-2026-11-26T11-35-/u, "session-2026-11-26T11-37-"],
  qwen: [/-home-ada-shop\//u, "-home-ada-shop-two/"],
  kimi: [/wd_shop_ff0a01d53d83/u, "wd_shop_000000000000"],
};

function move(agent: AgentName, home: string): void {
  const [from, to] = MOVES[agent] ?? [/$^/u, ""];
  for (const name of readdirSync(home, { recursive: true, encoding: "utf8" })) {
    const moved = name.replace(from, to);
    if (moved === name || !statSync(`${home}/${name}`, { throwIfNoEntry: false })?.isFile())
      continue;
    mkdirSync(dirname(`${home}/${moved}`), { recursive: true });
    renameSync(`${home}/${name}`, `${home}/${moved}`);
    if (agent !== "codex" || !moved.endsWith(".jsonl")) continue;
    writeFileSync(`${home}/${moved}.zst`, Bun.zstdCompressSync(readFileSync(`${home}/${moved}`)));
    rmSync(`${home}/${moved}`);
  }
}

/** What is told again at another time can be known as the same, but for what has neither an id nor a time. */
const WITHOUT_NAME = ["session_resume", "turn_end", "notification"];

const COUNTS = ["summary", "event_count", "summary_provenance"];
const ENDS = ["ended_at", "ended_ms", "ended_by", "end_reason", "end_event", "last_event_ms"];

/** The counts of an automatic summary in an order of their own. */
function sorted(summary: unknown): unknown {
  return typeof summary === "string" ? summary.split(/: |, /u).sort() : summary;
}

/** All that is stored of sessions, but for what names a row here. */
export function allRows(world: OrderWorld, order: readonly Step[] = []) {
  const again = order.filter((step) => step.do === "again");
  // An end that a late hook has undone is told again by the next pass.
  const isOpen = order.at(-1)?.do === "hooks" || order.at(-1)?.do === "again";
  const isToldLater = isOpen || again.some(({ hours }) => hours > 0);
  const left = new Set([
    "start_event",
    ...(again.length > 0 || isOpen ? COUNTS : []),
    ...(isToldLater ? ENDS : []),
  ]);
  const sessions = world
    .rows<Record<string, unknown>>(
      `SELECT s.agent_id, s.namespace, s.started_at, s.ended_at, s.summary, s.metadata, m.*, p.external_id AS parent
        FROM sessions s JOIN mm_sessions m ON m.session_id = s.id
        LEFT JOIN mm_sessions p ON p.session_id = m.parent_id ORDER BY m.agent_id, m.external_id`,
    )
    .map(({ session_id: _, parent_id: __, transcript: ___, start_us, end_us, ...row }) => {
      const { event_count, summary_provenance, ...metadata } = JSON.parse(String(row["metadata"]));
      const summary = sorted(row["summary"]);
      const whole = { ...row, metadata, event_count, summary_provenance, summary };
      return Object.fromEntries(Object.entries(whole).filter(([name]) => !left.has(name)));
    });
  const events = world
    .rows<Record<string, unknown>>(
      `SELECT m.external_id, e.event_type AS type, e.content, e.metadata, e.created_at, o.at_ms, o.dedup_key
        FROM session_events e JOIN mm_events o ON o.event_id = e.id JOIN mm_sessions m ON m.session_id = e.session_id
        ORDER BY m.external_id, o.at_ms, e.event_type, e.content, e.metadata`,
    )
    .filter(({ type }) => again.length === 0 || !WITHOUT_NAME.includes(String(type)))
    .map(({ metadata, ...row }) => {
      // What a resumption says of the end before depends on what was known by then.
      const { ended_at, end_reason, summary, ...told } = JSON.parse(String(metadata));
      // A hook without an id is named by a hash of its bytes, which tell this world's folders.
      const key = String(row["dedup_key"]).replace(/\d+-\w+-\w+$/u, "");
      return { ...row, metadata: told, dedup_key: key };
    });
  const usage = world
    .rows<Record<string, unknown>>(
      `SELECT u.*, m.external_id AS session FROM mm_usage u JOIN mm_sessions m ON m.session_id = u.session_id
        ORDER BY u.call_id`,
    )
    .map(({ session_id: _, ...row }) => row);
  const rows = JSON.stringify({ sessions, events, usage }).replaceAll(world.folder, "");
  return JSON.parse(rows) as Record<"sessions" | "events" | "usage", object[]>;
}
