import { wordForPosix } from "../text/shell-words.ts";
import { hasControls } from "../text/text.ts";
import { AGENTS, type AgentName } from "./agents.ts";

/**
 * The agent's own command that resumes a session, for a POSIX shell, in the folder in which it ran: most
 * agents look for their sessions there. Null where the agent has none that is known.
 */
export function resumeCommand(
  agent: string | null,
  externalId: string | null,
  cwd: string | null,
): string | null {
  if (agent === null || externalId === null || !Object.hasOwn(AGENTS, agent)) return null;
  const { resume } = AGENTS[agent as AgentName];
  if (resume === null) return null;
  // Nothing that an agent would take for an option, and nothing that can't be shown as it is.
  if (externalId === "" || externalId.startsWith("-")) return null;
  if (hasControls(externalId + (cwd ?? ""))) return null;
  const words = resume.split(" ").map((word) => word.replace("ID", () => externalId));
  const command = words.map(wordForPosix).join(" ");
  return cwd?.startsWith("/") ? `cd ${wordForPosix(cwd)} && ${command}` : command;
}
