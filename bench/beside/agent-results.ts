import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { DRIVEN } from "../../tests/clients/agents.ts";
import type { AgentRun } from "./agent-run.ts";

/** What an agent's runs took, by whose hooks were installed, in the order of the rounds. */
export interface AgentResult {
  readonly agent: string;
  readonly version: string;
  readonly calls: number;
  readonly cpu: string;
  readonly cores: number;
  /** The load average of the last minute before the start. */
  readonly load: number;
  readonly runs: Readonly<Record<string, readonly AgentRun[]>>;
}

function readResults(file: string): AgentResult[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as AgentResult[]) : [];
}

/** The runs of the same agent that a file holds; none if they are of another version, or made other calls. */
export function runsIn(file: string, { agent, version, calls }: Omit<AgentResult, "runs">) {
  const same = readResults(file).find(
    (each) => each.agent === agent && each.version === version && each.calls === calls,
  );
  return same?.runs ?? {};
}

/** Writes what is known of one agent beside the results of the others. */
export function keepResult(file: string, result: AgentResult): void {
  const others = readResults(file).filter(({ agent }) => agent !== result.agent);
  const order = DRIVEN.map(({ name }) => String(name));
  const all = [...others, result].sort((a, b) => order.indexOf(a.agent) - order.indexOf(b.agent));
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
}
