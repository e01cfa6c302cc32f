import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { BINARY, buildIfStale } from "../../build.ts";
import { fetchPackage } from "../../tests/clients/packages.ts";
import { type Turn, takeTurns } from "../beside/turns.ts";
import { currentLoad } from "../machine.ts";
import { peakOf, TIME } from "../memory.ts";
import { median } from "../scene.ts";
import { type HistoryReport, historyText } from "./text.ts";
import { makeTranscripts } from "./transcripts.ts";

// `bun run bench:history`: what it takes to read the transcripts of Claude Code, beside ccusage, which stores nothing.

const USAGE = `bun run bench:history [--rounds N] [--megabytes N] [--files N] [--json FILE]

  --rounds N     how often each program runs; 7 by default
  --megabytes N  of the transcripts together; 200 by default
  --files N      in which they lie; 40 by default
  --json FILE    where the results are written; bench/results/history.json by default`;

const CCUSAGE = ["@ccusage/ccusage-linux-x64", "20.0.24"] as const;
const RESULTS = `${import.meta.dir}/../results/history.json`;
const MANY_FILES = 10_000;
const SMALL_BYTES = 1;
/** Two copies of a file take turns, since one may be 5 % faster than another for how its pages lie in memory. */
const COPIES = ["1", "2"] as const;

interface Wanted {
  readonly rounds: number;
  readonly megabytes: number;
  readonly files: number;
  readonly json: string;
}

function countOf(option: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${option} takes a number from 1 on, not ${text}`);
}

function parseWanted(): Wanted {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "7" },
      megabytes: { type: "string", default: "200" },
      files: { type: "string", default: "40" },
      json: { type: "string", default: RESULTS },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const { json } = values;
  return {
    rounds: countOf("rounds", values.rounds),
    megabytes: countOf("megabytes", values.megabytes),
    files: countOf("files", values.files),
    json,
  };
}

/** A program with its arguments, which begins with nothing stored unless it is said otherwise. */
interface Way {
  readonly name: string;
  readonly words: readonly string[];
  /** The program that it is: a file in the folder. */
  readonly program: "mm" | "ccusage";
  readonly claude: "large" | "many";
  readonly keeps?: true;
}

const WAYS: readonly Way[] = [
  { name: "mm backfill", program: "mm", words: ["backfill", "claude"], claude: "large" },
  {
    name: "mm backfill --usage-only",
    program: "mm",
    words: ["backfill", "claude", "--usage-only"],
    claude: "large",
  },
  {
    name: "ccusage session",
    program: "ccusage",
    words: ["session", "--offline", "--json"],
    claude: "large",
  },
  {
    name: "ccusage daily",
    program: "ccusage",
    words: ["daily", "--offline", "--json"],
    claude: "large",
  },
  {
    name: `mm backfill of ${MANY_FILES.toLocaleString("en")} unchanged files`,
    program: "mm",
    words: ["backfill", "claude"],
    claude: "many",
    keeps: true,
  },
];

/** A turn of each copy of a way's program. */
function turnsOf(folder: string, way: Way): Turn[] {
  return COPIES.map((copy) => {
    const home = `${folder}/home-${WAYS.indexOf(way)}-${copy}`;
    const env = { HOME: home, MM_HOME: `${home}/mm`, CLAUDE_CONFIG_DIR: `${folder}/${way.claude}` };
    const before = () => {
      if (way.keeps !== true) rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true, mode: 0o700 });
    };
    const argv = [`${folder}/${way.program}-${copy}`, ...way.words];
    return { name: `${way.name} ${copy}`, argv, env: { PATH: "/usr/bin:/bin", ...env }, before };
  });
}

/** The peak of a turn's memory in MB, or null. */
function memoryOf({ argv, env, before }: Turn): number | null {
  if (Bun.which(TIME) === null) return null;
  before?.();
  const { stderr } = Bun.spawnSync([TIME, "-v", ...argv], {
    env: { ...env },
    stdout: "ignore",
    stderr: "pipe",
  });
  const peak = peakOf(String(stderr));
  return peak === null ? null : peak / 1e6;
}

async function prepare(folder: string, { files, megabytes }: Wanted): Promise<number> {
  const ccusage = await fetchPackage(...CCUSAGE);
  await buildIfStale();
  for (const copy of COPIES) {
    copyFileSync(BINARY, `${folder}/mm-${copy}`);
    copyFileSync(`${ccusage}/package/bin/ccusage`, `${folder}/ccusage-${copy}`);
    chmodSync(`${folder}/ccusage-${copy}`, 0o755);
  }
  const many = { files: MANY_FILES, bytes: SMALL_BYTES };
  makeTranscripts(`${folder}/many`, many);
  return makeTranscripts(`${folder}/large`, { files, bytes: (megabytes * 1e6) / files });
}

async function measure(folder: string, wanted: Wanted): Promise<HistoryReport> {
  const bytes = await prepare(folder, wanted);
  const load = currentLoad();
  const turns = WAYS.flatMap((way) => turnsOf(folder, way));
  const times = takeTurns(turns, wanted.rounds, 1);
  const of = (way: Way, what: "cpu" | "wall") =>
    COPIES.flatMap((copy) => times.get(`${way.name} ${copy}`)?.[what] ?? []);
  const { files, rounds } = wanted;
  const results = WAYS.map((way) => {
    const [turn] = turnsOf(folder, way);
    return {
      name: way.name,
      cpuMs: median(of(way, "cpu")),
      wallMs: median(of(way, "wall")),
      memoryMb: turn === undefined ? null : memoryOf(turn),
      reads: way.claude === "large",
    };
  });
  const database = statSync(`${folder}/home-0-1/mm/memtomem.db`).size;
  const machine = { cpu: cpus()[0]?.model.trim() ?? process.arch, load };
  return { ...machine, ccusage: CCUSAGE[1], rounds, files, bytes, database, results };
}

const wanted = parseWanted();
const folder = mkdtempSync(`${tmpdir()}/mm-bench-history-`);
try {
  const report = await measure(folder, wanted);
  console.log(historyText(report));
  writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
