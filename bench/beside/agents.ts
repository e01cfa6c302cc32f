import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { BINARY, buildIfStale } from "../../build.ts";
import { type Agent, DRIVEN } from "../../tests/clients/agents.ts";
import { currentLoad } from "../machine.ts";
import { keepResult, runsIn } from "./agent-results.ts";
import { type AgentRun, runAgent, type Tools, type Way } from "./agent-run.ts";
import { compiled } from "./compile.ts";
import { modelOfManyCalls } from "./many-calls.ts";
import { otherHooks } from "./other-hooks.ts";

// `bun run bench:agents [AGENT]...`: how long real agents take for a prompt of many tool calls, without hooks,
// with mm's and, for Claude Code, with those of others.

const USAGE = `bun run bench:agents [--calls N] [--runs N] [--more] [--json FILE] [--peer NAME=FILE]... [AGENT]...

  --calls N         tool calls of a run; 50 by default
  --runs N          rounds, in each of which every way has its turn; 7 by default
  --more            add to the rounds that the file has of these agents
  --json FILE       where the results are written after each round, beside those of other agents;
                    bench/results/agents.json by default
  --peer NAME=FILE  cst or atuin, instead of building it`;

const RESULTS = `${import.meta.dir}/../results/agents.json`;
/** claude-mem's worker starts with each run, and takes its time. */
const MOST_RUNS: Readonly<Record<string, number>> = { "claude-mem": 3 };

interface Wanted {
  readonly rounds: number;
  readonly isMore: boolean;
  readonly file: string;
  /** Programs that are there already, by name. */
  readonly given: ReadonlyMap<string, string>;
}

async function waysOf(agent: Agent, { given }: Wanted): Promise<Map<string, Way>> {
  // OpenCode's hooks are a plugin, in its own process.
  const own: Way[] = agent.name === "opencode" ? ["none", "mm"] : ["none", "empty", "mm"];
  const others = agent.name === "claude" ? await otherHooks(given) : [];
  return new Map<string, Way>([...own.map((way) => [String(way), way] as const), ...others]);
}

/** One run of each way, the first of them another one in each round. */
async function oneRound(
  agent: Agent,
  ways: ReadonlyMap<string, Way>,
  round: number,
  tools: Tools,
): Promise<Map<string, AgentRun>> {
  const all = [...ways].filter(([name]) => round < (MOST_RUNS[name] ?? Number.POSITIVE_INFINITY));
  const runs = new Map<string, AgentRun>();
  for (let turn = 0; turn < all.length; turn++) {
    const [name, way] = all[(turn + round) % all.length] ?? ["none", "none"];
    const run = await runAgent(agent, way, tools);
    runs.set(name, run);
    const { seconds, callMs, cpuSeconds } = run;
    const figures = `${seconds.toFixed(2)} s, ${callMs.toFixed(1)} ms a call, ${cpuSeconds.toFixed(2)} s of CPU`;
    console.log(`${agent.name} ${name}: ${figures}`);
  }
  return runs;
}

/** Measures one agent, and writes what is known after each round. */
async function measure(agent: Agent, wanted: Wanted, tools: Tools): Promise<void> {
  const { rounds, isMore, file } = wanted;
  const about = {
    agent: agent.name,
    version: agent.package[1],
    calls: tools.calls,
    cpu: cpus()[0]?.model.trim() ?? process.arch,
    cores: cpus().length,
    load: currentLoad(),
  };
  const ways = await waysOf(agent, wanted);
  const before = isMore ? runsIn(file, about) : {};
  const runs = new Map([...ways.keys()].map((name) => [name, [...(before[name] ?? [])]]));
  const done = runs.get("none")?.length ?? 0;
  // The first run of a program reads it from the disk.
  await runAgent(agent, "none", tools);
  for (let round = done; round < done + rounds; round++) {
    for (const [name, run] of await oneRound(agent, ways, round, tools)) runs.get(name)?.push(run);
    keepResult(file, { ...about, runs: Object.fromEntries(runs) });
  }
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: "string", default: "50" },
      runs: { type: "string", default: "7" },
      more: { type: "boolean", default: false },
      json: { type: "string", default: RESULTS },
      peer: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  await buildIfStale();
  const folder = mkdtempSync(`${tmpdir()}/mm-bench-agents-`);
  const mm = `${folder}/mm`;
  copyFileSync(BINARY, mm);
  const calls = Number(values.calls);
  using model = modelOfManyCalls(calls);
  const tools = { mm, model, calls, counter: compiled("with-descendants", folder) };
  const given = new Map(values.peer.map((each) => each.split("=", 2) as [string, string]));
  const { runs, more: isMore, json: file } = values;
  const wanted = { rounds: Number(runs), isMore, file, given };
  const isNamed = ({ name }: Agent) => positionals.length === 0 || positionals.includes(name);
  let failed = 0;
  for (const agent of DRIVEN.filter(isNamed)) {
    try {
      await measure(agent, wanted, tools);
    } catch (error) {
      failed++;
      console.error(`${agent.name}: ${error}`);
    }
  }
  rmSync(folder, { recursive: true });
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
