import { wordForPosix } from "../text/shell-words.ts";
import { hasControls } from "../text/text.ts";
import { AGENTS, type AgentName } from "./agents.ts";

/** The agent's own command that resumes a session, as words; null where the agent has none that is known. */
export function resumeWords(agent: string | null, externalId: string | null): string[] | null {
  if (agent === null || externalId === null || !Object.hasOwn(AGENTS, agent)) return null;
  const { resume } = AGENTS[agent as AgentName];
  if (resume === null) return null;
  // Nothing that an agent would take for an option, and nothing that can't be shown as it is.
  if (externalId === "" || externalId.startsWith("-") || hasControls(externalId)) return null;
  return resume.split(" ").map((word) => word.replace("ID", () => externalId));
}

/** Words as a line for a POSIX shell, which first goes to the folder where it is an absolute path. */
export function shellLine(words: readonly string[], folder: string | null): string {
  const command = words.map(wordForPosix).join(" ");
  return folder?.startsWith("/") ? `cd ${wordForPosix(folder)} && ${command}` : command;
}

/** The line that resumes a session in the folder in which it ran: most agents look for their sessions there. */
export function resumeCommand(
  agent: string | null,
  externalId: string | null,
  cwd: string | null,
): string | null {
  const words = resumeWords(agent, externalId);
  return words === null || hasControls(cwd ?? "") ? null : shellLine(words, cwd);
}
