import { wordForPosix } from "../text/shell-words.ts";
import { hasControls } from "../text/text.ts";
import { AGENTS, type Client } from "./agents.ts";

/**
 * The client's own command that resumes a session, for a POSIX shell, in the folder in which it ran: most
 * clients look for their sessions there. Null where the client has none that is known.
 */
export function resumeCommand(
  client: string | null,
  externalId: string | null,
  cwd: string | null,
): string | null {
  if (client === null || externalId === null || !Object.hasOwn(AGENTS, client)) return null;
  const { resume } = AGENTS[client as Client];
  if (resume === null) return null;
  // Nothing that a client would take for an option, and nothing that can't be shown as it is.
  if (externalId === "" || externalId.startsWith("-")) return null;
  if (hasControls(externalId + (cwd ?? ""))) return null;
  const words = resume.split(" ").map((word) => word.replace("ID", () => externalId));
  const command = words.map(wordForPosix).join(" ");
  return cwd?.startsWith("/") ? `cd ${wordForPosix(cwd)} && ${command}` : command;
}
