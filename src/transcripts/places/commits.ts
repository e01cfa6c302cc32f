import type { AgentName } from "../../agents/agents.ts";
import { HISTORIES } from "../../agents/histories.ts";
import type { HistoryFiles } from "../../agents/history/model.ts";
import type { CommitOf } from "./places.ts";

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;

/** Finds the commits at which sessions began, in their transcripts; null where one can't be read any more. */
export function commitsIn(files: HistoryFiles): CommitOf {
  return (agent, transcript) => {
    const { commitIn } = HISTORIES[agent as AgentName] ?? {};
    try {
      const told = transcript === null ? null : (commitIn?.(transcript, files) ?? null);
      return told !== null && COMMIT.test(told) ? told : null;
    } catch {
      return null;
    }
  };
}
