import { id, number, type Payload, text, time } from "../wire/payload.ts";

/** What Codex itself puts in the place of a prompt. */
const NO_PROMPT =
  /^(?:<(?:environment_context|user_instructions|turn_aborted|skill)|# AGENTS\.md)/u;
const FOLDER = /<cwd>([^<]+)<\/cwd>/u;
const FOLDER_WITHIN = 4096;

/** Whether a person said it. */
export function isTyped(said: string): boolean {
  return !NO_PROMPT.test(said);
}

/** The folder that Codex names in a message of its own. */
export function folderIn(said: string | null): string | null {
  return FOLDER.exec(said?.slice(0, FOLDER_WITHIN) ?? "")?.[1] ?? null;
}

/** What was typed in a thread; the time is in seconds. */
export function codexTyped(line: Payload) {
  const [session, said] = [id(line, "session_id"), text(line, "text")];
  const at = time({ at: (number(line, "ts") ?? 0) * 1000 }, "at");
  if (session === null || said === null || at === null || said.startsWith("/")) return null;
  return { session, at, text: said, cwd: null };
}
