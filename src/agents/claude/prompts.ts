import { id, type Payload, text, time } from "../wire/payload.ts";

/** What was typed in a session, of which Claude keeps the prompts longer than the transcripts. */
export function claudeTyped(line: Payload) {
  const [session, said, at] = [
    id(line, "sessionId"),
    text(line, "display")?.trim() ?? "",
    time(line, "timestamp"),
  ];
  // Commands and shell lines aren't the model's business.
  if (session === null || at === null || said === "" || /^[/!]/u.test(said)) return null;
  return { session, at, text: said, cwd: text(line, "project") };
}
