import type { HistoryFiles, Unwanted, WantedLines } from "../history/model.ts";
import { asObject } from "../history/values.ts";

/** Bookkeeping, which is most of a transcript. */
const SKIPPED =
  /"type":"(?:api-request|file-history|queue-operation|last-prompt|tools-used|(?:permission-)?mode"|atis-latch|bridge-session|agent-(?:color|setting)|frame-link|artifact-|fork-context|dev-mods|attribution-snapshot|saved_hook|todo-snapshot|content-replacement)|"attachment":\{/u;
/** How most lines begin that are read. */
const READ =
  /^\{"parentUuid":(?:null|"[^"]*"),"isSidechain":(?:true|false),(?:"promptId":"[^"]*",)?"(?:type":"(?:user|assistant)"|message":)/u;
const skips = (head: string) => !READ.test(head) && SKIPPED.test(head);

/** What a tool returned, once more. */
const REPEATED: Unwanted = {
  key: "toolUseResult",
  followedBy: ["uuid", "sandboxed", "sourceToolAssistantUUID", "userType"],
};

/** What the model said, which stands behind the answer's name and before its usage. */
const SAID: Unwanted = {
  key: "content",
  followedBy: ["stop_reason", "usage"],
  isEnough(line) {
    const message = asObject(line["message"]);
    return message?.["id"] !== undefined && message["model"] !== undefined && "usage" in message;
  },
};

/** An answer's usage, a subagent's of older versions, and the types of the running total and of whose worktree it is. */
const CALL_WORDS = ['"usage"', '-state"'];
/** Each block of an answer has a line that repeats its usage, with the request behind it. */
const CALL_NAME = '"requestId":"';

/** Which of a transcript's lines are read, and what of them. */
export function wantedLines({ wantsEvents }: HistoryFiles): WantedLines {
  if (wantsEvents) return { skips, leftOut: REPEATED };
  return { leftOut: SAID, callWords: CALL_WORDS, callName: CALL_NAME };
}
