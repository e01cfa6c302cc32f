import {
  always,
  boolean,
  either,
  integer,
  type JsonDocument,
  list,
  mapTo,
  number,
  object,
  oneOf,
  orNull,
  string,
} from "./schema.ts";

const FILE = "/home/ada/.qwen/settings.json";
const SUPPORT = ["supported", "preview"];

/** An agent with which the server was registered. */
export const registered = object({
  client: string(),
  support: oneOf(SUPPORT),
  scope: oneOf(["user", "project"]),
  file: string(),
  status: oneOf(["added", "updated", "unchanged"]),
  next_steps: list(string(), "what only a person can do"),
});

export const refused = list(
  object({
    client: string(),
    scope: string(),
    file: string(),
    code: string("as of an [error](errors.md#error-codes)"),
    message: string("as of an [error](errors.md#error-codes)"),
  }),
  "if no agent was named and the settings of some can't be edited, which is exit 1",
);

/** What was taken out of which files. */
export function removal(whenEmpty: string) {
  return object({
    dry_run: boolean("whether nothing was written"),
    clients: list(
      object({
        client: string(),
        scope: oneOf(["user", "project"]),
        file: string(),
        status: oneOf(["removed", "absent"]),
      }),
      whenEmpty,
    ),
    "refused?": refused,
    "diff?": string("unified; with `--dry-run` only"),
  });
}

const left = list(
  object({ event: string(), because: string() }),
  "events that this version of the agent doesn't know, as far as is known",
);

const log: JsonDocument = {
  command: "activity log",
  example: {
    ok: true,
    session_id: "10f61155-53bd-4e93-bf1a-e844319233cb",
    event_type: "tool_call",
  },
  schema: either(
    object({ ok: always(true), session_id: string(), event_type: string() }),
    object({
      ok: always(false),
      reason: oneOf(["no_active_session", "invalid_meta", "write_failed"]),
      "message?": string(),
    }),
  ),
  more: `| failure | exit code | |
|---|---|---|
| \`{"ok":false,"reason":"no_active_session"}\` | 0 | no session is current, or the one you named has ended, is unknown or ambiguous; stderr says which |
| \`{"ok":false,"reason":"invalid_meta"}\` | 1 | \`--meta\` is not a JSON object |
| \`{"ok":false,"reason":"write_failed","message":"<message>"}\` | 1 | the database can't be used |

Without \`--json\`, it exits with 0 for all of them except the second, which is 2, so that a hook never disturbs its agent.
`,
};

const note: JsonDocument = {
  command: "note",
  example: {
    ok: true,
    session_id: "10f61155-53bd-4e93-bf1a-e844319233cb",
    event_type: "note",
  },
  schema: object({ ok: always(true), session_id: string(), event_type: oneOf(["note"]) }),
};

const install: JsonDocument = {
  command: "hooks install",
  example: {
    dry_run: false,
    clients: [
      {
        client: "qwen",
        support: "supported",
        scope: "user",
        file: FILE,
        status: "added",
        events: ["SessionStart", "SessionEnd"],
        left_out: [],
        next_steps: [],
      },
    ],
    capture: "summary",
    context: false,
  },
  schema: object({
    dry_run: boolean("whether nothing was written"),
    clients: list(
      object({
        client: string(),
        support: oneOf(SUPPORT),
        scope: oneOf(["user", "project"]),
        file: string(),
        status: oneOf(["added", "updated", "unchanged"]),
        events: list(string(), 'the agent\'s names of the events; `["plugin"]` for OpenCode'),
        left_out: left,
        next_steps: list(string(), "what only a person can do"),
      }),
      "in the order in which they were named",
    ),
    capture: oneOf(["none", "summary", "full"], "in force from now on"),
    context: boolean("in force from now on"),
    "servers?": list(registered, "what was registered; with `--mcp` only"),
    "refused?": refused,
    "diff?": string("unified; with `--dry-run` only"),
  }),
};

const uninstall: JsonDocument = {
  command: "hooks uninstall",
  example: {
    dry_run: false,
    clients: [{ client: "qwen", scope: "user", file: FILE, status: "removed" }],
  },
  schema: removal("empty if no agent was named and none has hooks"),
};

const status: JsonDocument = {
  command: "hooks status",
  example: {
    clients: [
      {
        client: "qwen",
        support: "supported",
        scope: "user",
        file: FILE,
        state: "ok",
        events: ["SessionStart", "SessionEnd"],
        missing: [],
        left_out: [],
        programs: [{ path: "/home/ada/.local/bin/mm", exists: true, is_this: true }],
        homes: [],
        problems: [],
        duplicates: [],
        last_event_at: null,
        waiting: 0,
        p50_ms: null,
        p95_ms: null,
      },
    ],
    spooled: 0,
    lost_events: null,
    home_problem: null,
  },
  schema: object({
    clients: list(
      object({
        client: string(),
        support: oneOf(SUPPORT),
        scope: oneOf(["user", "project", "plugin"]),
        file: orNull(string("null for a plugin, and for an agent that `mm` installs nothing for")),
        state: oneOf(
          ["ok", "pending", "broken", "not_installed", "absent"],
          "if any is `broken`, the exit code is 1; `absent` is an agent that isn't on this machine",
        ),
        events: list(string(), "the installed ones"),
        missing: list(string(), "those of the set that aren't installed"),
        left_out: left,
        programs: list(
          object({ path: string(), exists: boolean(), is_this: boolean() }),
          "which `mm` the hooks call",
        ),
        homes: list(
          string(),
          "the homes that the hooks' commands name; none if it is the default one, or if the agent's environment names it",
        ),
        problems: list(string(), "why it is `broken`, or what is left to do"),
        duplicates: list(string(), "what else reports the same events"),
        last_event_at: orNull(
          string("of the agent's sessions, wherever their hooks are installed"),
        ),
        waiting: integer("how many of its calls wait in the spool"),
        p50_ms: orNull(
          number("time that the last thousand hooks took in `mm`, without the start of the shell"),
        ),
        p95_ms: orNull(
          number("time that the last thousand hooks took in `mm`, without the start of the shell"),
        ),
      }),
      "one for each agent, and for each place in which it has hooks",
    ),
    spooled: integer("how many hook calls wait in the spool"),
    lost_events: orNull(
      object(
        {
          count: integer(),
          since: string(),
          reasons: mapTo(integer(), "by [reason](hooks.md#when-a-hook-fails)"),
        },
        "the events that hooks have lost, up to some 40,000",
      ),
    ),
    home_problem: orNull(
      string(
        "why nothing can be kept in the home, so that events are lost; if hooks are installed, the exit code is then 1",
      ),
    ),
  }),
};

const print: JsonDocument = {
  command: "hooks print",
  example: {
    client: "kimi",
    file: "/home/ada/.kimi-code/config.toml",
    text: '[[hooks]]\nevent = "SessionStart"\ncommand = "BUN_BE_BUN= BUN_OPTIONS= mm hook kimi SessionStart 2>/dev/null || true"\ntimeout = 10\n',
  },
  schema: object({
    client: string(),
    file: string("where it belongs"),
    text: string("in the format of that file"),
  }),
};

const CONTEXT =
  'Earlier agent sessions in this project, newest first:\n- 2026-11-22 22:46 +00:00 Claude Code "Fix the parser": 2 prompts, 3 commands (1 failed), changed src/parser.ts, last: "add a test"';

const context: JsonDocument = {
  command: "context",
  example: {
    context: CONTEXT,
    bytes: 185,
    parts: [
      { name: "live", bytes: 0 },
      { name: "earlier", bytes: 185 },
    ],
  },
  schema: object({
    context: string(
      "what a session that starts here, or with `--for` another agent, would be told; empty for nothing",
    ),
    bytes: integer("its length in UTF-8"),
    parts: list(
      object({
        name: oneOf([
          "live",
          "earlier",
          "session",
          "goal",
          "prompts",
          "summary",
          "decisions",
          "files",
          "failure",
          "last_words",
          "open_questions",
        ]),
        bytes: integer(),
      }),
      "`live` and `earlier`, before the whole is cut; with `--for`, the others, of what there is",
    ),
  }),
};

export const HOOK_DOCUMENTS: readonly JsonDocument[] = [
  log,
  note,
  install,
  uninstall,
  status,
  print,
  context,
];
