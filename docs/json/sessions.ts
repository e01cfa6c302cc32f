import { sessionUsage, USAGE } from "./history.ts";
import { STATE } from "./reading.ts";
import {
  always,
  anyObject,
  boolean,
  either,
  integer,
  type JsonDocument,
  list,
  mapTo,
  object,
  oneOf,
  orNull,
  string,
} from "./schema.ts";

const ID = "10f61155-53bd-4e93-bf1a-e844319233cb";
const SHOWN = "bb928290-3498-4a24-85f6-8d7a0916c1de";

const STATUS = ["active", "gone", "ended"];

const start: JsonDocument = {
  command: "session start",
  example: { session_id: "19bedc2d-36fd-4765-9090-22c967ea09ab", resumed: false, stale_ended: [] },
  schema: object({
    session_id: string("the session that is current now"),
    resumed: boolean("whether the session already existed"),
    stale_ended: list(
      string(),
      "ids of the sessions that this call ended: first those that were too old, oldest first, then the other agent's",
    ),
  }),
};

const end: JsonDocument = {
  command: "session end",
  example: { ok: true, session_id: ID, summary: "Session ended (no events)", event_count: 0 },
  schema: either(
    object({
      ok: always(true),
      session_id: string(),
      summary: orNull(string("null if there is none, as with `--summary ''`")),
      event_count: integer(),
    }),
    object({ ok: always(false), reason: string() }),
  ),
  more: 'Failure, exit 1: `{"ok":false,"reason":"<message>"}`.\n',
};

const rename: JsonDocument = {
  command: "session rename",
  example: { ok: true, session_id: ID, title: "Fix the parser", previous_title: "Parser" },
  schema: object({
    ok: always(true),
    session_id: string(),
    title: string("as stored, with secrets redacted"),
    previous_title: orNull(string("null if it had none")),
  }),
};

const sessionList: JsonDocument = {
  command: "session list",
  example: {
    sessions: [
      {
        id: ID,
        agent_id: "codex",
        started_at: "2026-11-22T22:05:37+00:00",
        ended_at: null,
        status: "active",
        state: "waiting",
        title: null,
        summary: null,
        namespace: "agent-runtime:codex",
        event_count: 3,
        project: "shop",
        cwd: "/home/ada/shop",
        branch: "main",
        last_event_at: "2026-11-22T22:06:01+00:00",
        resume_command: "cd /home/ada/shop && codex resume c1",
        usage: null,
      },
    ],
    count: 1,
  },
  schema: object({
    sessions: list(
      object({
        id: string(),
        agent_id: string(),
        started_at: string(),
        ended_at: orNull(string()),
        status: oneOf(STATUS, "`gone` is active, but its agent's process is gone"),
        state: oneOf([...STATE, "ended"], "as in `ps`"),
        title: orNull(string()),
        summary: orNull(string()),
        namespace: string(),
        event_count: integer(),
        project: orNull(
          string(
            "the project's name: the folder of its repository, or else the folder it ran in; if the repository has moved, its new folder",
          ),
        ),
        cwd: orNull(string("the folder it started in, or was last resumed in")),
        branch: orNull(string()),
        last_event_at: orNull(string("the last sign of life")),
        resume_command: orNull(
          string("for a POSIX shell; null if the agent has none that is known"),
        ),
        usage: sessionUsage,
      }),
      "newest first",
    ),
    count: integer("of the sessions listed"),
  }),
};

const show: JsonDocument = {
  command: "session show",
  example: {
    id: SHOWN,
    agent_id: "claude-code",
    status: "active",
    state: "waiting",
    title: "Fix the parser",
    summary: null,
    namespace: "agent-runtime:claude-code",
    started_at: "2026-11-22T22:49:01+00:00",
    ended_at: null,
    last_event_at: "2026-11-22T22:49:43+00:00",
    end_reason: null,
    ended_by: null,
    duration_seconds: 42,
    active_seconds: 42,
    client: "claude",
    client_version: null,
    model: "claude-opus-5-5",
    external_id: "s1",
    parent_id: null,
    project: "shop",
    repository: "/home/ada/shop/.git",
    root: "/home/ada/shop",
    cwd: "/home/ada/shop",
    remote: null,
    branch: "main",
    transcript: null,
    resume_command: "cd /home/ada/shop && claude --resume s1",
    usage: USAGE,
    metadata: { title: "Fix the parser" },
    event_count: 1,
    event_counts: { tool_call: 1 },
    files: [{ path: "/home/ada/shop/src/parser.ts", changed: 1, read: 0, other: 0, failed: 0 }],
    events: [
      {
        created_at: "2026-11-22T22:49:43+00:00",
        elapsed_ms: 42113,
        event_type: "tool_call",
        content: "Edit: /home/ada/shop/src/parser.ts",
        metadata: {
          event: "PostToolUse",
          tool: "Edit",
          ok: true,
          file: "/home/ada/shop/src/parser.ts",
        },
      },
    ],
  },
  schema: object({
    id: string(),
    agent_id: string(),
    status: oneOf(STATUS, "as in `session list`"),
    state: oneOf([...STATE, "ended"], "as in `ps`"),
    title: orNull(string()),
    summary: orNull(string()),
    namespace: string(),
    started_at: string(),
    ended_at: orNull(string()),
    last_event_at: orNull(
      string("the last sign of life; null if nothing that is stored is a time"),
    ),
    end_reason: orNull(string("in the agent's words")),
    ended_by: orNull(
      oneOf(
        ["client", "transcript", "stale", "killed", "cross_agent"],
        "null if a person or a script ended it",
      ),
    ),
    duration_seconds: orNull(
      integer(
        "from the start to the end, or to the last sign of life if there is no end or the session was ended as stale; null if that isn't a time or is before the start",
      ),
    ),
    active_seconds: integer(
      "the part of it without silences of more than 5 minutes between events, as in `stats`",
    ),
    client: orNull(string("as hooks reported it")),
    client_version: orNull(string("as hooks reported it")),
    model: orNull(string("as hooks reported it")),
    external_id: orNull(string("the agent's own id of the session")),
    parent_id: orNull(string("the session that this one was forked from")),
    project: orNull(string("its name")),
    repository: orNull(string("its git folder")),
    root: orNull(string("the top of the working tree")),
    cwd: orNull(string("the folder in which it started or was last resumed")),
    remote: orNull(string("the address of `origin`, without credentials")),
    branch: orNull(string()),
    transcript: orNull(string("the path of the agent's transcript")),
    resume_command: orNull(string("for a POSIX shell; null if none is known for the agent")),
    usage: sessionUsage,
    metadata: anyObject(
      "`title`, `event_count` and others, and what other programs store there; for `_unreadable` see [Metadata](#metadata)",
    ),
    event_count: integer(),
    event_counts: mapTo(integer(), "by type"),
    files: list(
      object({
        path: string(),
        changed: integer("how many tool calls did this"),
        read: integer("how many tool calls did this"),
        other: integer("how many tool calls did something else"),
        failed: integer("how many tool calls failed"),
      }),
      "the files that tool calls name; shell commands aren't included",
    ),
    events: list(
      object({
        created_at: string(),
        elapsed_ms: orNull(integer("since the session's start")),
        event_type: string(),
        content: string(),
        metadata: anyObject(),
      }),
      "all of them, in the order in which they happened",
    ),
  }),
};

const events: JsonDocument = {
  command: "session events",
  example: {
    session_id: ID,
    events: [
      {
        created_at: "2026-11-22T22:05:37+00:00",
        event_type: "tool_call",
        content: "bun test: 12 pass, 0 fail",
        metadata: {},
      },
    ],
    count: 1,
  },
  schema: either(
    object({
      session_id: string(),
      events: list(
        object({
          created_at: string(),
          event_type: string(),
          content: string(),
          metadata: anyObject("what `--meta` contained"),
        }),
        "in the order in which they happened",
      ),
      count: integer("of the events listed"),
    }),
    object({ error: oneOf(["no_session"]) }),
  ),
  more: 'If there is no session at all, exit 1: `{"error":"no_session"}`.\n',
};

const sessionImport: JsonDocument = {
  command: "session import",
  example: {
    sessions: 12,
    events: 340,
    already_there: 3,
    left_alone: [{ id: ID, reason: "it is stored with other content" }],
  },
  schema: object({
    sessions: integer("that were added"),
    events: integer("that were added"),
    already_there: integer("sessions that were already stored with the same content"),
    left_alone: list(
      object({ id: string(), reason: string() }),
      "sessions that differ from what is stored; if there are any, the exit code is 1",
    ),
  }),
};

export const SESSION_DOCUMENTS: readonly JsonDocument[] = [
  start,
  end,
  rename,
  sessionList,
  show,
  events,
  sessionImport,
];
