import { quoteForPosix } from "../text/shell-words.ts";
import { hasControls } from "../text/text.ts";

/** The words by which clients take up a session that they know by an id, as their documents say; others have none. */
const WORDS: Readonly<Record<string, (id: string) => readonly string[]>> = {
  claude: (id) => ["claude", "--resume", id],
  codex: (id) => ["codex", "resume", id],
  gemini: (id) => ["gemini", "--resume", id],
  // Its value is optional, hence the form that Copilot prints itself.
  copilot: (id) => ["copilot", `--resume=${id}`],
  qwen: (id) => ["qwen", "--resume", id],
  opencode: (id) => ["opencode", "--session", id],
  droid: (id) => ["droid", "--resume", id],
  kimi: (id) => ["kimi", "--session", id],
};

/** A word that a POSIX shell takes as it is. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/u.test(word) ? word : quoteForPosix(word);
}

/**
 * The client's own command that resumes a session, for a POSIX shell, in the folder in which it ran: most
 * clients look for their sessions there. Null where the client has none that is known.
 */
export function resumeCommand(
  client: string | null,
  externalId: string | null,
  cwd: string | null,
): string | null {
  if (client === null || externalId === null || !Object.hasOwn(WORDS, client)) return null;
  // Nothing that a client would take for an option, and nothing that can't be shown as it is.
  if (externalId === "" || externalId.startsWith("-")) return null;
  if (hasControls(externalId + (cwd ?? ""))) return null;
  const words = WORDS[client]?.(externalId) ?? [];
  const command = words.map(quoted).join(" ");
  return cwd?.startsWith("/") ? `cd ${quoted(cwd)} && ${command}` : command;
}
