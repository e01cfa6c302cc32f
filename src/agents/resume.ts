import { hasOnlyPrompts } from "../text/paths.ts";
import { wordForPosix } from "../text/shell-words.ts";
import { hasControls } from "../text/text.ts";
import { AGENTS, type AgentName } from "./agents.ts";

/** What a session is resumed by. */
interface Resumed {
  /** The agent's name, if one is known. */
  readonly agent: string | null;
  /** The agent's own id. */
  readonly externalId: string | null;
  readonly transcript: string | null;
}

/** The agent's own command that resumes a session, as words; null where none is known, or nothing is left to resume. */
export function resumeWords(session: Resumed): string[] | null {
  const { agent, externalId } = session;
  if (hasOnlyPrompts(session)) return null;
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
export function resumeCommand(session: Resumed & { readonly cwd: string | null }): string | null {
  const { cwd } = session;
  const words = resumeWords(session);
  return words === null || hasControls(cwd ?? "") ? null : shellLine(words, cwd);
}
