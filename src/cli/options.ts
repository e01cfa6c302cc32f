import { arg } from "./command.ts";

const WHEN = "a date, a day (yesterday, monday) or how long ago (7d)";

/** Arguments that several commands share, so that their help and completion are the same everywhere. */
export const options = {
  json: arg({ type: "boolean", description: "Print one line of JSON" }),
  /** The session of a command that only reads. */
  session: arg({
    type: "positional",
    required: false,
    completes: "session",
    description: "Id of the session, its first 6 or more characters, or `last`",
  }),
  /** Another session than the current one, to which something is added. */
  otherSession: arg({
    type: "string",
    completes: "live-session",
    description: "Id of another session, its first 6 or more characters, or `last`",
    valueHint: "ID",
  }),
  /** Filters sessions by agent. */
  agent: arg({
    type: "string",
    alias: ["a", "agent-id"],
    completes: "agent",
    description: "Only this agent's: its id or its name, such as claude",
    valueHint: "AGENT",
  }),
  /** The agent whose session is started. */
  agentId: (byDefault: string) =>
    arg({
      type: "string",
      alias: ["a", "agent-id"],
      default: byDefault,
      completes: "agent",
      description: "Agent identifier",
      valueHint: "ID",
    }),
  project: arg({
    type: "string",
    completes: "directory",
    description: "Only this project's: its name, or a folder in it (`.` is the current one)",
    valueHint: "PROJECT",
  }),
  /** `which` starts the description: "Only those started". */
  since: (which: string) =>
    arg({
      type: "string",
      completes: ["today", "yesterday", "24h", "7d"],
      description: `${which} at or after ${WHEN}`,
      valueHint: "WHEN",
    }),
  until: (which: string) =>
    arg({ type: "string", description: `${which} before`, valueHint: "WHEN" }),
  /** The period of a command that adds things up. Completion offers longer ones than for a list. */
  period: {
    since: arg({
      type: "string",
      completes: ["24h", "7d", "30d"],
      description: `Count only what happened at or after ${WHEN}`,
      valueHint: "WHEN",
    }),
    until: arg({
      type: "string",
      description: "Count only what happened before",
      valueHint: "WHEN",
    }),
  },
  /** For scripts, where nobody answers. */
  yes: arg({ type: "boolean", alias: "y", description: "Don't ask" }),
  /** `what` starts the description: "Show what would be deleted". */
  dryRun: (what: string) => arg({ type: "boolean", description: `${what}, and change nothing` }),
} as const;
