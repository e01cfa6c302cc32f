import type { AgentName } from "../../agents/agents.ts";
import { HISTORIES } from "../../agents/histories.ts";
import type { HistoryFiles } from "../../agents/history/model.ts";
import type { CommitOf } from "./places.ts";

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** Finds the commits at which sessions began, in their transcripts; null where one can't be read any more. */
export function commitsIn(files: HistoryFiles): CommitOf {
  const known = new Map<string, string | null>();
  const read = (agent: string | null, transcript: string) => {
    const { commitIn } = HISTORIES[agent as AgentName] ?? {};
    try {
      const told = commitIn?.(transcript, files) ?? null;
      return told !== null && COMMIT.test(told) ? told : null;
    } catch {
      return null;
    }
  };
  // Sessions are gone through again as long as one is placed.
  return (agent, transcript) => {
    if (transcript === null) return null;
    const commit = known.get(transcript);
    if (commit !== undefined) return commit;
    const told = read(agent, transcript);
    known.set(transcript, told);
    return told;
  };
}
