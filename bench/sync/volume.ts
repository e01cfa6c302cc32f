import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { Postgres } from "../../tests/support/postgres/server.ts";
import { emptyDatabase } from "../empty-database.ts";
import { largeDatabase } from "../large-database.ts";
import { BenchHome, MM, startDurable } from "./machines.ts";
import { type Cost, cpuOfTree, median } from "./measured.ts";

const EVENTS = 1_000_000;
const REPEATS = 5;
const TABLES = ["session", "event"];

/** The database that `bench` fills, with 100,000 sessions. */
export function millionEvents(): string {
  const folder = mkdtempSync(`${tmpdir()}/mm-bench-empty-`);
  try {
    return largeDatabase(emptyDatabase(folder, MM));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function line(name: string, { seconds, cpuSeconds, megabytes }: Cost): void {
  const parts = [`${seconds.toFixed(2)} s`, `CPU ${cpuSeconds.toFixed(2)} s`];
  console.log(`${name.padEnd(44)} ${parts.join(", ")}, ${megabytes.toFixed(0)} MB`);
}

/** Copies the rows of one database into the same tables of another with COPY. @returns the seconds that this took */
async function copyRows(server: Postgres, from: string, to: string): Promise<number> {
  await using source = server.connect(from);
  await using target = server.connect(to);
  const file = (table: string) => `${server.folder}/${table}.copy`;
  for (const table of TABLES) await source.unsafe(`COPY mm.${table} TO '${file(table)}'`);
  const start = performance.now();
  for (const table of TABLES) await target.unsafe(`COPY mm.${table} FROM '${file(table)}'`);
  return (performance.now() - start) / 1000;
}

/** Measures first and later pushes and pulls of a million events. */
export async function measureVolume(): Promise<void> {
  const contents = millionEvents();
  await using server = await startDurable();
  const [pushed, copied] = [await server.newDatabase(), await server.newDatabase()];
  using home = new BenchHome(server.url(pushed), "laptop", contents);
  using other = new BenchHome(server.url(copied), "copier", contents);
  await home.mm("sync", "init");
  await other.mm("sync", "init");
  const serverBefore = cpuOfTree(server.pid);
  const first = await home.mm("sync", "push");
  const serverCpu = cpuOfTree(server.pid) - serverBefore;
  line("first push of 1,000,000 events", first);
  console.log(`  server: ${((serverCpu / EVENTS) * 1e6).toFixed(1)} µs of CPU an event`);
  const copy = await copyRows(server, pushed, copied);
  console.log(
    `  the same rows by COPY: ${copy.toFixed(2)} s; push takes ${(first.seconds / copy).toFixed(2)} times as long`,
  );
  await measureSmall(home);
  using reader = new BenchHome(server.url(pushed), "desk");
  line("first pull", await reader.mm("sync", "pull"));
  home.addEvents(10);
  await home.mm("sync", "push");
  line("pull of 10 events", await reader.mm("sync", "pull"));
}

async function measureSmall(home: BenchHome): Promise<void> {
  const nothing: Cost[] = [];
  const ten: Cost[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    nothing.push(await home.mm("sync", "push"));
    home.addEvents(10);
    ten.push(await home.mm("sync", "push"));
  }
  line("push of nothing new", middle(nothing));
  line("push of 10 new events", middle(ten));
}

function middle(costs: readonly Cost[]): Cost {
  const of = (get: (cost: Cost) => number) => median(costs.map(get));
  return {
    seconds: of((cost) => cost.seconds),
    cpuSeconds: of((cost) => cost.cpuSeconds),
    megabytes: of((cost) => cost.megabytes),
    out: "",
  };
}
