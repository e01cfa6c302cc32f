import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { EMPTY_WORD } from "../binaries.ts";
import { peakOf, TIME } from "../memory.ts";
import type { Options } from "../options.ts";
import { median } from "../scene.ts";
import { makeVolumes } from "../volumes.ts";
import { difference, type Times, type Turn, takeTurns } from "./turns.ts";

/** Two copies of a file take turns, since one may be 5 % faster than another for how its pages lie in memory. */
const COPIES = [1, 2];
const ROUNDS_A_RUN = 1.5;

const HOOK_INPUT = (call: number) =>
  JSON.stringify({
    session_id: "s",
    cwd: "/tmp",
    hook_event_name: "PostToolUse",
    tool_name: "Bash",
    tool_input: { command: "npm test" },
    tool_response: { stdout: "12 pass, 0 fail" },
    tool_use_id: `t${call}`,
  });

const CALLS: readonly {
  readonly name: string;
  readonly words: readonly string[];
  readonly stdin?: Turn["stdin"];
}[] = [
  { name: "empty program", words: [EMPTY_WORD] },
  { name: "--version", words: ["--version"] },
  {
    name: "session start --idempotent (resume)",
    words: ["session", "start", "--idempotent", "--json"],
  },
  { name: "activity log", words: ["activity", "log", "-c", "text"] },
  {
    name: "hook claude PostToolUse",
    words: ["hook", "claude", "PostToolUse", "1"],
    stdin: HOOK_INPUT,
  },
];

/** A call as two versions of Bun run it: processor time in milliseconds, and memory. */
interface VersionResult {
  readonly name: string;
  readonly ownMs: number;
  readonly otherMs: number;
  /** Of the other from our own, with where nine of ten such medians lie. */
  readonly difference: ReturnType<typeof difference>;
  readonly ownMb: number | null;
  readonly otherMb: number | null;
}

export interface VersionReport {
  readonly own: string;
  readonly other: string;
  readonly rounds: number;
  readonly results: readonly VersionResult[];
}

function must(argv: readonly string[], cwd: string): void {
  const { success, stderr } = Bun.spawnSync([...argv], { cwd, stdout: "ignore", stderr: "pipe" });
  if (!success) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
}

/** Fetches Bun's executable for this machine, unless an earlier run has left it. */
function fetchBun(version: string): string {
  const folder = `${tmpdir()}/mm-bench-bun/${version}`;
  const program = `${folder}/package/bin/bun`;
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  must(["npm", "pack", "--silent", `@oven/bun-${process.platform}-${arch}@${version}`], folder);
  must(["sh", "-c", "tar xzf ./*.tgz"], folder);
  return program;
}

function copyOf(program: string, name: string): string {
  copyFileSync(program, name);
  readFileSync(name);
  return name;
}

function homeFor(copy: string): Record<string, string> {
  const env = { PATH: "/usr/bin:/bin", HOME: `${copy}-home`, MM_HOME: `${copy}-home` };
  mkdirSync(env.HOME, { mode: 0o700 });
  Bun.spawnSync([copy, "session", "start"], { env });
  Bun.spawnSync([copy, "activity", "log", "-c", "first"], { env });
  return env;
}

function memoryOf({ argv, env, stdin }: Turn): number | null {
  if (Bun.which(TIME) === null) return null;
  const input = Buffer.from(stdin?.(-1) ?? "");
  const { stderr } = Bun.spawnSync([TIME, "-v", ...argv], {
    env: { ...env },
    stdin: input,
    stderr: "pipe",
  });
  const peak = peakOf(String(stderr));
  return peak === null ? null : peak / 1e6;
}

/** The mean of both copies' times in each round. */
function cpuOf(times: ReadonlyMap<string, Times>, version: string, name: string): number[] {
  const [first = [], second = []] = COPIES.map(
    (copy) => times.get(`${version} ${copy} ${name}`)?.cpu ?? [],
  );
  return first.map((ms, round) => (ms + (second[round] ?? ms)) / 2);
}

function text({ own, other, results }: VersionReport): string {
  const mb = (value: number | null) => (value === null ? "" : value.toFixed(1));
  const lines = results.map(({ name, ownMs, otherMs, difference: by, ownMb, otherMb }) => {
    const range = `${by.median.toFixed(2)} (${by.low.toFixed(2)} to ${by.high.toFixed(2)})`;
    return `| ${name} | ${ownMs.toFixed(2)} | ${otherMs.toFixed(2)} | ${range} | ${mb(ownMb)} | ${mb(otherMb)} |`;
  });
  return [
    `| Processor time in ms | Bun ${own} | Bun ${other} | difference | MB | MB |`,
    "| --- | --- | --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
}

/** Builds `mm` with another version of Bun and compares it with what the pinned one builds, in turn. */
export async function compareVersions(other: string, options: Options): Promise<void> {
  const volumes = makeVolumes();
  const { folder } = volumes.memory ?? volumes.disk;
  const root = `${import.meta.dir}/../..`;
  const versions = { [Bun.version]: process.execPath, [other]: fetchBun(other) };
  if (Object.keys(versions).length < 2) throw new Error(`Bun ${other} is the pinned one`);
  const turns: Turn[] = [];
  for (const [version, bun] of Object.entries(versions)) {
    const built = `${volumes.disk.folder}/${version}/mm`;
    must([bun, `${import.meta.dir}/../binaries.ts`, built], root);
    for (const copy of COPIES) {
      const mm = copyOf(built, `${folder}/${version}-${copy}`);
      const env = homeFor(mm);
      for (const { name, words, stdin } of CALLS) {
        const turn = { name: `${version} ${copy} ${name}`, argv: [mm, ...words], env };
        turns.push(stdin === undefined ? turn : { ...turn, stdin });
      }
    }
  }
  const rounds = Math.round(options.effort.rounds * ROUNDS_A_RUN);
  const times = takeTurns(turns, rounds);
  const memory = (version: string, name: string) => {
    const turn = turns.find((each) => each.name === `${version} 1 ${name}`);
    return turn === undefined ? null : memoryOf(turn);
  };
  const report: VersionReport = {
    own: Bun.version,
    other,
    rounds,
    results: CALLS.map(({ name }) => {
      const [own, others] = [cpuOf(times, Bun.version, name), cpuOf(times, other, name)];
      return {
        name,
        ownMs: median(own),
        otherMs: median(others),
        difference: difference(others, own),
        ownMb: memory(Bun.version, name),
        otherMb: memory(other, name),
      };
    }),
  };
  console.log(text(report));
  if (options.jsonFile !== null) {
    writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  }
}
