import { Database } from "bun:sqlite";
import { seededRandom } from "../random.ts";
import { hook } from "./calls.ts";
import { BenchHome, startDurable } from "./machines.ts";
import { cpuOfTree, quantile } from "./measured.ts";

const SOURCES = 50;
const SECONDS = Number(process.env["FLEET_SECONDS"] ?? 120);
const HOOKS_EACH = 20;
const PULL_ONE_IN = 5;
/** The mean pause of an agent between two calls, of a machine between two rounds. */
const PAUSE_MS = 2000;

interface Tally {
  readonly pushes: number[];
  readonly pulls: number[];
  readonly hooks: number[];
}

/** One machine: agents work, then it pushes, and sometimes it pulls. */
async function live(home: BenchHome, seed: number, until: number, tally: Tally): Promise<void> {
  const random = seededRandom(seed);
  for (let round = 0; performance.now() < until; round++) {
    const session = `${seed}-${round}`;
    tally.hooks.push(await hook(home, "SessionStart", session));
    for (let call = 0; call < HOOKS_EACH && performance.now() < until; call++) {
      tally.hooks.push(await hook(home, "PostToolUse", session));
      await Bun.sleep(random() * PAUSE_MS);
    }
    tally.hooks.push(await hook(home, "SessionEnd", session));
    tally.pushes.push((await home.mm("sync", "push")).seconds);
    if (round % PULL_ONE_IN === 0)
      tally.pulls.push(
        (
          await home
            .mm("sync", "pull", "--machine", `m${(seed % SOURCES) + 1}`)
            .catch(() => ({ seconds: Number.NaN }))
        ).seconds,
      );
  }
  tally.pushes.push((await home.mm("sync", "push")).seconds);
}

function eventsOf(home: BenchHome): number {
  const db = new Database(home.database, { readonly: true, strict: true });
  const row = db.query<{ n: number }, []>("SELECT count(*) AS n FROM session_events").get();
  db.close(true);
  return row?.n ?? 0;
}

function told(name: string, seconds: readonly number[]): void {
  const [half, most] = [0.5, 0.99].map((share) => (quantile(seconds, share) * 1000).toFixed(0));
  console.log(`${name.padEnd(44)} ${seconds.length}, p50 ${half} ms, p99 ${most} ms`);
}

/** Lets many machines work, push and pull at one server, and compares what is there with what they recorded. */
export async function measureFleet(): Promise<void> {
  await using server = await startDurable();
  const database = await server.newDatabase();
  const homes = Array.from(
    { length: SOURCES },
    (_, at) => new BenchHome(server.url(database), `m${at + 1}`),
  );
  const tally: Tally = { pushes: [], pulls: [], hooks: [] };
  await homes[0]?.mm("sync", "init");
  const before = cpuOfTree(server.pid);
  const until = performance.now() + SECONDS * 1000;
  await Promise.all(homes.map((home, at) => live(home, at + 1, until, tally)));
  const cpu = cpuOfTree(server.pid) - before;
  const here = homes.reduce((sum, home) => sum + eventsOf(home), 0);
  const [row] = await server.run<{ n: string; keys: string; sources: string }>(
    `SELECT count(*) AS n, count(DISTINCT (source_id, session_id, seq)) AS keys,
      count(DISTINCT source_id) AS sources FROM mm.event`,
    database,
  );
  console.log(
    `fleet of ${SOURCES} machines for ${SECONDS} s: ${here} events here, ${row?.n} there, ${row?.keys} keys, ${row?.sources} sources`,
  );
  told("pushes", tally.pushes);
  told("pulls", tally.pulls);
  told(
    "hook calls",
    tally.hooks.map((ms) => ms / 1000),
  );
  const each = (cpu / tally.pushes.length) * 1000;
  console.log(
    `  server: ${cpu.toFixed(1)} s of CPU, ${each.toFixed(1)} ms a push, ${((cpu / here) * 1e6).toFixed(0)} µs an event`,
  );
  for (const home of homes) home[Symbol.dispose]();
  if (String(here) !== row?.n || row.n !== row.keys)
    throw new Error("rows are missing or twice there");
}
