import { readFileSync, writeFileSync } from "node:fs";
import type { Agent } from "../../tests/clients/agents.ts";
import { USE_TOOL } from "../../tests/clients/model/conversation.ts";
import { fetchPackage } from "../../tests/clients/packages.ts";
import { nothingIsLeft } from "../../tests/clients/processes.ts";
import { Workplace } from "../../tests/clients/workplace.ts";
import { rows } from "../../tests/support/stored.ts";
import { median } from "../scene.ts";
import type { modelOfManyCalls } from "./many-calls.ts";
import type { OtherHooks } from "./other-hooks.ts";

/** Whose hooks are installed: nobody's, ones that do nothing where ours would be, ours, or another program's. */
export type Way = "none" | "empty" | "mm" | OtherHooks;

/** What a prompt of many tool calls took. */
export interface AgentRun {
  /** From the agent's start to its end. */
  readonly seconds: number;
  /** The median of what passed between the model's asking for a tool and the agent's next request, in milliseconds. */
  readonly callMs: number;
  /** Processor time of the agent and of all that it has started, until nothing of it is left. */
  readonly cpuSeconds: number;
}

/** What every run needs. */
export interface Tools {
  readonly mm: string;
  readonly model: ReturnType<typeof modelOfManyCalls>;
  readonly calls: number;
  /** The program that counts what outlasts the agent. */
  readonly counter: string;
}

/** No run takes as long; what hangs is killed. */
const LONGEST_MS = 90_000;

const TOOL_CALLS = "SELECT id FROM session_events WHERE event_type = 'tool_call'";

/** Every tool call has to be there, or the run doesn't count. Of Codex's only the transcript tells. */
function expectAll(place: Workplace, calls: number): void {
  const found = rows(place.box, TOOL_CALLS).length;
  if (found !== calls) throw new Error(`${found} of ${calls} tool calls were recorded`);
}

/** Installs ours with another command, which every agent's price of a hook is part of. */
async function installEmpty(place: Workplace): Promise<void> {
  const { clients } = (await place.mm("hooks", "install", place.agent.name, "--yes")) as {
    clients: { file: string }[];
  };
  for (const { file } of clients) {
    const empty = (_: string, value: unknown) =>
      typeof value === "string" && value.includes(` hook ${place.agent.name} `) ? "true" : value;
    writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"), empty)));
  }
}

/**
 * One prompt in a home of its own.
 * @throws Error if the agent fails or hangs, or if something of it wasn't recorded
 */
export async function runAgent(agent: Agent, way: Way, tools: Tools): Promise<AgentRun> {
  const { mm, model, calls, counter } = tools;
  const folder = await fetchPackage(...agent.package);
  const other = typeof way === "string" ? null : way;
  const counted: Agent = {
    ...agent,
    program: (unpacked) => [counter, "counted", ...agent.program(unpacked)],
    env: (place) => ({ ...agent.env(place), ...other?.env }),
  };
  await using place = new Workplace(counted, { mm, url: model.url, folder, longestMs: LONGEST_MS });
  for (const [path, text] of Object.entries(other?.files ?? {})) place.write(path, text);
  if (way === "mm") await place.installHooks(true);
  if (way === "empty") await installEmpty(place);
  const { code, err } = await place.prompt(`${USE_TOOL} please`);
  const turns = model.takeTurns();
  if (code !== 0) throw new Error(`exit code ${code}: ${err.slice(-300)}`);
  if (turns.length !== calls - 1) throw new Error(`it made ${turns.length + 1} tool calls`);
  if (way === "mm") {
    await nothingIsLeft(place.box.folder);
    expectAll(place, calls);
  }
  const figures = readFileSync(`${place.repository}/counted`, "utf8").split(" ").map(Number);
  const [seconds = Number.NaN, cpuSeconds = Number.NaN] = figures;
  return { seconds, callMs: median(turns), cpuSeconds };
}
