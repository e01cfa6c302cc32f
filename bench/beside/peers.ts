import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { makeBinaries } from "../binaries.ts";
import { currentLoad } from "../machine.ts";
import { median } from "../scene.ts";
import { makeVolumes } from "../volumes.ts";
import { builtPeers } from "./build-peers.ts";
import { compiled } from "./compile.ts";
import { ATUIN_FILES } from "./other-hooks.ts";
import { CALLS, payload } from "./peer-calls.ts";
import { type Turn, takeTurns } from "./turns.ts";

// `bun run bench:peers`: how long hooks of other programs take, in turn with mm's.

const USAGE = `bun run bench:peers [--rounds N] [--json FILE] [--peer NAME=FILE]...

  --rounds N        rounds in which each call is made once; 60 by default
  --json FILE       write the results to FILE
  --peer NAME=FILE  this program, instead of building it`;

/** What a call takes, in milliseconds. */
export interface PeerResult {
  readonly program: string;
  readonly name: string;
  readonly keeps: string;
  /** Where nothing waits for a disk. */
  readonly ms: number;
  readonly cpuMs: number;
  /** What each fsync's taking 2 ms longer adds, at the median and on average. */
  readonly addedMs: number;
  readonly addedOnAverageMs: number;
}

export interface PeerReport {
  readonly rounds: number;
  readonly cpu: string;
  readonly kernel: string;
  /** The load average of the last minute before the start. */
  readonly load: number;
  readonly programs: readonly string[];
  readonly missing: Readonly<Record<string, string>>;
  readonly results: readonly PeerResult[];
}

const SLOW_US = "2000";

function prepared(folder: string, name: string): Record<string, string> {
  const home = `${folder}/${name}`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  return { PATH: "/usr/bin:/bin", HOME: home, TMPDIR: home, MM_HOME: `${home}/mm` };
}

type Way = "plain" | "filtered" | "slow";

/** What each program needs to know before: the session of the prompts and the tool calls. */
const SET_UP: Readonly<Record<string, readonly (readonly string[])[]>> = {
  mm: [
    ["activity", "log", "-c", "first"],
    ["hook", "claude", "SessionStart", "1"],
  ],
  cst: [["hook", "session-start"]],
};

function setUp(program: string, path: string, env: Readonly<Record<string, string>>): void {
  const stdin = Buffer.from(payload("SessionStart", () => ({ source: "startup" }))(0));
  const files: Readonly<Record<string, string>> = program === "atuin" ? ATUIN_FILES : {};
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(`${env["HOME"]}/${path}`), { recursive: true });
    writeFileSync(`${env["HOME"]}/${path}`, text);
  }
  for (const words of SET_UP[program] ?? []) Bun.spawnSync([path, ...words], { env, stdin });
}

function turnsOf(
  folder: string,
  programs: ReadonlyMap<string, string>,
  way: Way,
  prefix: readonly string[],
): Turn[] {
  return [...programs].flatMap(([program, path]) => {
    const env = prepared(folder, `${program}-${way}`);
    setUp(program, path, env);
    return CALLS.filter((call) => call.program === program).map(({ name, words, stdin }) => ({
      name: `${way}: ${name}`,
      argv: [...prefix, path, ...words],
      env,
      ...(stdin === undefined ? {} : { stdin }),
    }));
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function table(results: readonly PeerResult[]): string {
  const lines = results.map(({ name, ms, cpuMs, addedMs, addedOnAverageMs }) =>
    [
      name.padEnd(26),
      ...[ms, cpuMs, addedMs, addedOnAverageMs].map((each) => each.toFixed(2).padStart(8)),
    ].join(" "),
  );
  return [`${"".padEnd(26)}       ms   cpu ms   + fsync  average`, ...lines].join("\n");
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "60" },
      json: { type: "string" },
      peer: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const rounds = Number(values.rounds);
  const load = currentLoad();
  const volumes = makeVolumes();
  const folder = (volumes.memory ?? volumes.disk).folder;
  const given = new Map(values.peer.map((each) => each.split("=", 2) as [string, string]));
  const { mm } = await makeBinaries(volumes.disk.folder, null, [folder]);
  const { programs: built, missing } = builtPeers(`${tmpdir()}/mm-bench-peers`, given);
  const programs = new Map([["mm", mm], ...built]);
  const filter = compiled("slow-sync", folder);
  const times = takeTurns(
    [
      ...turnsOf(folder, programs, "plain", []),
      ...turnsOf(folder, programs, "filtered", [filter, "0"]),
      ...turnsOf(folder, programs, "slow", [filter, SLOW_US]),
    ],
    rounds,
  );
  const of = (way: Way, name: string, what: "wall" | "cpu") =>
    median(times.get(`${way}: ${name}`)?.[what] ?? []);
  const average = (way: Way, name: string) => mean(times.get(`${way}: ${name}`)?.wall ?? []);
  const results = CALLS.filter(({ program }) => programs.has(program)).map(
    ({ program, name, keeps }): PeerResult => ({
      program,
      name,
      keeps,
      ms: of("plain", name, "wall"),
      cpuMs: of("plain", name, "cpu"),
      addedMs: of("slow", name, "wall") - of("filtered", name, "wall"),
      addedOnAverageMs: average("slow", name) - average("filtered", name),
    }),
  );
  const report: PeerReport = {
    rounds,
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    kernel: release(),
    load,
    programs: [...built.keys()],
    missing,
    results,
  };
  console.log(table(results));
  for (const [name, why] of Object.entries(missing)) console.log(`${name}: ${why}`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}

await main();
