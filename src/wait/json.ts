import { titleOf } from "../store/rows.ts";
import type { Arrived } from "./wait.ts";

export function waitJson(session: Arrived) {
  const { id, agentId, state, projectName, cwd } = session;
  return {
    id,
    agent_id: agentId,
    state,
    title: titleOf(session),
    project: projectName?.name ?? null,
    cwd,
  };
}
