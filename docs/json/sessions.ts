import { sessionUsage } from "./history.ts";
import { FROM_MACHINE } from "./machines.ts";
import { STATE } from "./reading.ts";
import {
  always,
  boolean,
  either,
  integer,
  type JsonDocument,
  list,
  object,
  oneOf,
  orNull,
  string,
} from "./schema.ts";

export const ID = "10f61155-53bd-4e93-bf1a-e844319233cb";

export const STATUS = ["active", "gone", "ended"];

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
          string(
            "for a POSIX shell; null if the agent has none that is known, and for another machine's session",
          ),
        ),
        usage: sessionUsage,
        ...FROM_MACHINE,
      }),
      "newest first",
    ),
    count: integer("of the sessions listed"),
  }),
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
  sessionImport,
];
