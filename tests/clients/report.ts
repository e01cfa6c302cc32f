import { table } from "../../src/cli/table.ts";
import type { Agent } from "./agents.ts";
import type { Recorded } from "./recorded.ts";
import type { Run } from "./workplace.ts";

/** What one test has seen of an agent. */
interface Seen {
  readonly session?: Recorded;
  readonly own?: readonly number[];
  readonly hooked?: readonly Run[];
  readonly plain?: readonly Run[];
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The fastest, since the first run of an agent in a new home has more to do. */
function seconds(runs: readonly Run[]): string {
  return runs.length === 0 ? "" : Math.min(...runs.map((run) => run.seconds)).toFixed(1);
}

/** A table of what was seen per agent. */
export class Report {
  readonly #seen = new Map<Agent, Seen[]>();

  add(agent: Agent, seen: Seen): void {
    this.#seen.set(agent, [...(this.#seen.get(agent) ?? []), seen]);
  }

  toString(): string {
    const lines = [...this.#seen].map(([agent, seen]) => {
      const session = seen.find((one) => one.session !== undefined)?.session;
      const own = seen.flatMap((one) => one.own ?? []);
      return [
        agent.name,
        agent.package[1].replace(/-.*/u, ""),
        session?.types.join(" ") ?? "",
        session === undefined ? "" : `${session.status} ${session.end_reason ?? ""}`.trim(),
        own.length === 0 ? "" : `${middle(own).toFixed(0)} / ${Math.max(...own).toFixed(0)}`,
        seconds(seen.flatMap((one) => one.plain ?? [])),
        seconds(seen.flatMap((one) => one.hooked ?? [])),
      ];
    });
    const header = ["Client", "Version", "Events", "End", "Hook ms", "Plain s", "Hooked s"];
    return table(header, lines);
  }
}
