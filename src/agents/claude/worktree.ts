import { object, type Payload, text } from "../wire/payload.ts";

/** The folder in which Claude was started, of a line that tells in which working tree it works instead. */
export function originOf(line: Payload): string | null {
  return text(object(line, "worktreeSession"), "originalCwd");
}
