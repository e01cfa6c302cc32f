import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { BINARY, buildIfStale } from "../../build.ts";
import { type Agent, DRIVEN } from "../../tests/clients/agents.ts";
import { USE_TOOL } from "../../tests/clients/model/conversation.ts";
import { fetchPackage } from "../../tests/clients/packages.ts";
import { recorded } from "../../tests/clients/recorded.ts";
import { Workplace } from "../../tests/clients/workplace.ts";
import { currentLoad } from "../machine.ts";
import { median } from "../scene.ts";
import { modelOfManyCalls } from "./many-calls.ts";

// `bun run bench:agents [AGENT]...`: how long real agents take for a prompt of many tool calls, without hooks,
// with mm's and, for Claude Code, with those of others.

const USAGE = `bun run bench:agents [--calls N] [--runs N] [--json FILE] [--cst FILE] [AGENT]...

  --calls N    tool calls of a run; 50 by default
  --runs N     runs of each way; 5 by default
  --json FILE  write the results to FILE, beside those of other agents that it holds
  --cst FILE   cst, whose hooks Claude Code runs too`;

type Way = "none" | "mm" | "cst";

/** Seconds of whole runs, by what hooks were installed. */
export interface AgentResult {
  readonly agent: string;
  readonly version: string;
  readonly calls: number;
  readonly runs: number;
  readonly cpu: string;
  /** The load average of the last minute before the start. */
  readonly load: number;
  readonly seconds: Readonly<Partial<Record<Way, number>>>;
  readonly all: Readonly<Partial<Record<Way, readonly number[]>>>;
}

/** The hooks that cst's plugin for Claude Code has. */
function cstSettings(cst: string): string {
  const run = (word: string) => [
    { hooks: [{ type: "command", command: `${cst} hook ${word}`, timeout: 5 }] },
  ];
  const hooks = {
    SessionStart: run("session-start"),
    UserPromptSubmit: run("prompt"),
    SessionEnd: run("session-end"),
  };
  return JSON.stringify({ hooks });
}

interface Tools {
  readonly mm: string;
  readonly url: string;
  readonly calls: number;
  readonly cst: string | undefined;
}

const RECORDED_MS = 20_000;

/** Every tool call has to be there, or the run doesn't count. */
async function expectAll(place: Workplace, calls: number): Promise<void> {
  const end = performance.now() + RECORDED_MS;
  for (;;) {
    const [session] = await recorded(place);
    const found = session?.types.filter((type) => type === "tool_call").length ?? 0;
    if (found === calls) return;
    if (performance.now() > end) throw new Error(`${found} of ${calls} tool calls were recorded`);
    await Bun.sleep(100);
  }
}

async function run(agent: Agent, way: Way, { mm, url, calls, cst }: Tools): Promise<number> {
  const folder = await fetchPackage(...agent.package);
  await using place = new Workplace(agent, { mm, url, folder });
  if (way === "mm") await place.installHooks();
  if (way === "cst") place.write(".claude/settings.json", cstSettings(cst ?? ""));
  const { code, seconds, err } = await place.prompt(`${USE_TOOL} please`);
  if (code !== 0) throw new Error(`${agent.name}: exit code ${code}: ${err.slice(-300)}`);
  if (way === "mm") await expectAll(place, calls);
  return seconds;
}

async function measure(agent: Agent, ways: readonly Way[], runs: number, tools: Tools) {
  const all = new Map<Way, number[]>(ways.map((way) => [way, []]));
  // The first run of a program reads it from the disk.
  await run(agent, "none", tools);
  for (let round = 0; round < runs; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(turn + round) % ways.length] ?? "none";
      const seconds = await run(agent, way, tools);
      all.get(way)?.push(seconds);
      console.log(`${agent.name} ${way} ${seconds.toFixed(2)}`);
    }
  }
  return all;
}

function keep(file: string, result: AgentResult): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as AgentResult[]) : [];
  const others = before.filter(({ agent }) => agent !== result.agent);
  writeFileSync(file, `${JSON.stringify([...others, result], null, 2)}\n`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: "string", default: "50" },
      runs: { type: "string", default: "5" },
      json: { type: "string" },
      cst: { type: "string" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  await buildIfStale();
  const folder = mkdtempSync(`${tmpdir()}/mm-bench-agents-`);
  const mm = `${folder}/bin/mm`;
  mkdirSync(`${folder}/bin`);
  copyFileSync(BINARY, mm);
  const [calls, runs] = [Number(values.calls), Number(values.runs)];
  using model = modelOfManyCalls(calls);
  const tools = { mm, url: model.url, calls, cst: values.cst };
  const wanted = DRIVEN.filter(
    ({ name }) => positionals.length === 0 || positionals.includes(name),
  );
  for (const agent of wanted) {
    const load = currentLoad();
    const ways: Way[] = ["none", "mm"];
    if (agent.name === "claude" && values.cst !== undefined) ways.push("cst");
    const all = await measure(agent, ways, runs, tools);
    const seconds = Object.fromEntries([...all].map(([way, each]) => [way, median(each)]));
    const result: AgentResult = {
      agent: agent.name,
      version: agent.package[1],
      calls,
      runs,
      cpu: cpus()[0]?.model.trim() ?? process.arch,
      load,
      seconds,
      all: Object.fromEntries(all),
    };
    console.log(agent.name, seconds);
    if (values.json !== undefined) keep(values.json, result);
  }
  rmSync(folder, { recursive: true });
}

await main();
