import { sessionUsage, USAGE } from "./history.ts";
import { COPIES, FROM_MACHINE } from "./machines.ts";
import { STATE } from "./reading.ts";
import {
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
import { ID, STATUS } from "./sessions.ts";

const SHOWN = "bb928290-3498-4a24-85f6-8d7a0916c1de";

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
    forks: [],
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
    forks: list(string(), "the sessions that were forked from this one"),
    project: orNull(string("its name")),
    repository: orNull(string("its git folder")),
    root: orNull(string("the top of the working tree")),
    cwd: orNull(string("the folder in which it started or was last resumed")),
    remote: orNull(string("the address of `origin`, without credentials")),
    branch: orNull(string()),
    transcript: orNull(string("the path of the agent's transcript")),
    resume_command: orNull(
      string(
        "for a POSIX shell; null if none is known for the agent, and for another machine's session",
      ),
    ),
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
    ...FROM_MACHINE,
    ...COPIES,
    events: list(
      object({
        created_at: string(),
        elapsed_ms: orNull(integer("since the session's start")),
        event_type: string(),
        content: string(),
        metadata: anyObject(),
      }),
      "all of them, in the order in which they happened; none with `--outline`",
    ),
    "outline?": object(
      {
        from: orNull(string("when the session started")),
        until: orNull(string("its end, or its last sign of life")),
        types: list(
          object({
            type: string(),
            counts: list(integer(), "in each of 120 equal parts of that time"),
          }),
          "the types of its events, most frequent first",
        ),
      },
      "only with `--outline`",
    ),
  }),
};

const events: JsonDocument = {
  command: "session events",
  example: {
    session_id: ID,
    events: [
      {
        id: 42,
        created_at: "2026-11-22T22:05:37+00:00",
        event_type: "tool_call",
        content: "bun test: 12 pass, 0 fail",
        metadata: {},
      },
    ],
    count: 1,
    before: 41,
    after: 42,
    more: false,
  },
  schema: either(
    object({
      session_id: string(),
      events: list(
        object({
          id: integer("later events have higher ones"),
          created_at: string(),
          event_type: string(),
          content: string(),
          metadata: anyObject("what `--meta` contained"),
        }),
        "in the order in which they happened",
      ),
      count: integer("of the events listed"),
      before: orNull(
        integer("for `--before`, to get the events before these; null if there are none"),
      ),
      after: orNull(
        integer(
          "for `--after`, to get the events after these; null if there is nothing to go on from",
        ),
      ),
      more: boolean("whether there are events after these"),
    }),
    object({ error: oneOf(["no_session"]) }),
  ),
  more: 'If there is no session at all, exit 1: `{"error":"no_session"}`.\n',
};

export const TIMELINE_DOCUMENTS: readonly JsonDocument[] = [show, events];
