import { environmentFor, type ServerCall, wordsFor } from "../edit/servers/editor.ts";

/** The entry that most agents take. */
export function serverEntry(call: ServerCall): Readonly<Record<string, unknown>> {
  const [command, ...args] = wordsFor(call);
  return { command, args, env: environmentFor(call) };
}
