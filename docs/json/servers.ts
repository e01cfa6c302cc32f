import { refused, registered, removal } from "./hooks.ts";
import {
  boolean,
  integer,
  type JsonDocument,
  list,
  object,
  oneOf,
  orNull,
  string,
} from "./schema.ts";

const FILE = "/home/ada/.claude.json";

const install: JsonDocument = {
  command: "mcp install",
  example: {
    dry_run: false,
    clients: [
      {
        client: "claude",
        support: "supported",
        scope: "user",
        file: FILE,
        status: "added",
        next_steps: ["restart claude"],
      },
    ],
  },
  schema: object({
    dry_run: boolean("whether nothing was written"),
    clients: list(registered, "in the order in which they were named"),
    "refused?": refused,
    "diff?": string("unified; with `--dry-run` only"),
  }),
};

const uninstall: JsonDocument = {
  command: "mcp uninstall",
  example: {
    dry_run: false,
    clients: [{ client: "claude", scope: "user", file: FILE, status: "removed" }],
  },
  schema: removal("empty if no agent was named and none has the server"),
};

const status: JsonDocument = {
  command: "mcp status",
  example: {
    clients: [
      {
        client: "claude",
        support: "supported",
        scope: "user",
        file: FILE,
        state: "ok",
        program: { path: "/home/ada/.local/bin/mm", exists: true, is_this: true },
        tools: ["search_sessions", "show_session", "add_note"],
        answered_ms: 64,
        problems: [],
      },
    ],
  },
  schema: object({
    clients: list(
      object({
        client: string(),
        support: oneOf(["supported", "preview"]),
        scope: oneOf(["user", "project", "plugin"]),
        file: orNull(string("null for a plugin, and for an agent that has no such file")),
        state: oneOf(
          ["ok", "pending", "broken", "not_installed", "absent"],
          "if any is `broken`, the exit code is 1; `absent` is an agent that isn't on this machine",
        ),
        program: orNull(
          object(
            { path: string(), exists: boolean(), is_this: boolean() },
            "which `mm` the agent starts",
          ),
        ),
        tools: list(string(), "what the server offers; empty if it wasn't started"),
        answered_ms: orNull(integer("until it had told its tools; null if it wasn't started")),
        problems: list(string(), "why it is `broken`, or what is left to do"),
      }),
      "one for each agent, and for each place in which it has the server",
    ),
  }),
};

const print: JsonDocument = {
  command: "mcp print",
  example: { client: "claude", file: FILE, text: "{ … }" },
  schema: object({
    client: string(),
    file: string("where the entry belongs"),
    text: string("the entry"),
  }),
};

export const SERVERS_JSON = [install, uninstall, status, print];
