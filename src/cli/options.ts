import { arg } from "./command.ts";

const WHEN = "a date, a date-time or a duration ago";

/** Arguments that several commands take: declared once, each reads and completes the same everywhere. */
export const options = {
  json: arg({ type: "boolean", description: "Print one line of JSON" }),
  /** A session that is only read. */
  session: arg({
    type: "positional",
    required: false,
    completes: "session",
    description: "Id of the session, its first 6 or more characters, or `last`",
  }),
  /** Whose sessions are meant. */
  agent: arg({
    type: "string",
    alias: "a",
    completes: "agent",
    description: "Only this agent's",
    valueHint: "ID",
  }),
  /** Whose session is started. */
  agentId: (byDefault: string) =>
    arg({
      type: "string",
      alias: "a",
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
  /** `which` begins the description: "Only those started". */
  since: (which: string) =>
    arg({
      type: "string",
      completes: ["1h", "24h", "7d"],
      description: `${which} at or after ${WHEN}`,
      valueHint: "WHEN",
    }),
  until: (which: string) =>
    arg({ type: "string", description: `${which} before`, valueHint: "WHEN" }),
  /** Of what is added up; it may be long. */
  period: {
    since: arg({
      type: "string",
      completes: ["24h", "7d", "30d"],
      description: `Only from ${WHEN} on`,
      valueHint: "WHEN",
    }),
    until: arg({ type: "string", description: "Only before", valueHint: "WHEN" }),
  },
  /** `what` begins the description: "Say what would go". */
  dryRun: (what: string) => arg({ type: "boolean", description: `${what}, and change nothing` }),
} as const;
