import type { AgentResult } from "./beside/agent-results.ts";
import type { AgentRun } from "./beside/agent-run.ts";
import { difference } from "./beside/turns.ts";
import { median } from "./scene.ts";
import { markdown } from "./table.ts";

type Figure = keyof AgentRun;

const of = (runs: readonly AgentRun[], figure: Figure) => runs.map((run) => run[figure]);

const NAMES: Readonly<Record<string, string>> = { none: "no hooks", empty: "`true`" };

/** By how much runs differ from those of the same rounds, and where nine of ten such medians lie. */
function longer(
  runs: readonly AgentRun[],
  none: readonly AgentRun[],
  figure: Figure,
  digits: number,
): string {
  const beside = of(none, figure).slice(0, runs.length);
  const { median: middle, low, high } = difference(of(runs, figure), beside);
  return `${middle.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

function rowsOf({ agent, version, runs }: AgentResult): string[][] {
  const { none = [] } = runs;
  return Object.entries(runs).map(([name, all]) => {
    const isNone = name === "none";
    return [
      isNone ? `${agent} ${version.replace(/-linux-x64$/u, "")}` : "",
      NAMES[name] ?? `${name}'s`,
      median(of(all, "seconds")).toFixed(2),
      isNone ? "" : longer(all, none, "seconds", 2),
      median(of(all, "callMs")).toFixed(1),
      isNone ? "" : longer(all, none, "callMs", 1),
      median(of(all, "cpuSeconds")).toFixed(2),
    ];
  });
}

const HEAD = ["Agent", "Hooks", "Run, s", "longer by, s", "A call, ms", "longer by, ms", "CPU, s"];

function span(values: readonly number[], digits: number): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map((each) =>
    each.toFixed(digits),
  );
  return least === most ? `${least}` : `${least} to ${most}`;
}

/** What the agents' runs took, as a section of the page. */
export function agentSection(results: readonly AgentResult[]): string[] {
  const [first] = results;
  if (first === undefined) return [];
  const load = span(
    results.map((each) => each.load),
    1,
  );
  const rounds = span(
    results.map(({ runs }) => runs["none"]?.length ?? 0),
    0,
  );
  return [
    "## How much longer an agent takes\n",
    `The real programs without a terminal, each with a prompt that makes them call the shell tool ${first.calls} times. The model is a program on the same machine that answers at once. Medians of ${rounds} rounds, in each of which every way has its turn (claude-mem in three); in brackets, where nine of ten such medians of paired differences lie: if 0 is among them, chance may have made the difference. Other programs used the machine meanwhile. ${first.cpu}, ${first.cores} cores, load ${load} before the start.\n`,
    `${markdown([HEAD, ...results.flatMap(rowsOf)])}\n`,
    "*Run* is from the agent's start to its end. *A call* is what passes between the model's answer and the agent's next question: the tool, the hooks, and the agent's own work. *CPU* is the processor time of the agent and all that it has started, also of what outlasts it, such as the reading of the transcript by `mm`. With the hooks `true`, the agent calls that program wherever it would call `mm`: what then comes on top is the agent's own price of a hook.\n",
    "After each run every tool call was in `mm`'s database, once. Codex tells its hooks of no tool calls; they come from its transcript. OpenCode's hooks are a plugin in its own process. cst has no hook for tool calls, and atuin one before and one after each; claude-mem starts a worker first, and the model that it asks refuses here, so it would do more elsewhere.\n",
  ];
}
