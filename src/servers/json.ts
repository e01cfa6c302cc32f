import { AGENTS } from "../agents/agents.ts";
import { occasional } from "../install/json.ts";
import type { RegisterResult } from "./install.ts";
import type { ServerStatus } from "./status.ts";

export function registerJson({ registered, refused, diff }: RegisterResult, dryRun: boolean) {
  return {
    dry_run: dryRun,
    clients: registered.map(({ agent, scope, file, status, nextSteps }) => ({
      client: agent,
      support: AGENTS[agent].support,
      scope,
      file,
      status,
      next_steps: nextSteps,
    })),
    ...occasional(refused, diff, dryRun),
  };
}

export function serverStatusJson(rows: readonly ServerStatus[]) {
  return {
    clients: rows.map(({ agent, program, answeredMs, problems, ...row }) => ({
      client: agent,
      support: row.support,
      scope: row.scope,
      file: row.file,
      state: row.state,
      program: program && { path: program.path, exists: program.exists, is_this: program.isThis },
      tools: row.tools,
      answered_ms: answeredMs,
      problems: problems.map(({ message }) => message),
    })),
  };
}
