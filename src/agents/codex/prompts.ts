import { id, number, type Payload, text } from "../wire/payload.ts";

/** What was typed in a thread; the time is in seconds. */
export function codexTyped(line: Payload) {
  const [session, said, at] = [id(line, "session_id"), text(line, "text"), number(line, "ts")];
  if (session === null || said === null || at === null || said.startsWith("/")) return null;
  return { session, at: Math.trunc(at * 1000), text: said, cwd: null };
}
