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

const ID = "10f61155-53bd-4e93-bf1a-e844319233cb";
const SOURCE = "3b241101-e2bb-4255-8caf-4136c566a962";
const PROJECT = "github.com/acme/shop";
const URL = "postgres://ada@db.acme.com/agents";

const busy = boolean("whether another process syncs this database, so that nothing was done");
const counts = object({ sessions: integer(), events: integer() });

const init: JsonDocument = {
  command: "sync init",
  example: { url: URL, projects: [PROJECT], exclude: [], capture: "events", roles: true },
  schema: either(
    object({
      url: string(),
      projects: list(string(), "patterns of those that may leave this machine"),
      exclude: list(string()),
      capture: oneOf(["events", "titles"], "how much of a session leaves"),
      roles: boolean("whether the server has the roles of a team"),
    }),
    object({ sql: string("with --print-sql: the statements for an administrator") }),
  ),
};

const pushed = object({
  pushed: counts,
  deleted: integer("sessions that were deleted there"),
  skipped: integer("sessions that changed, but whose projects aren't released"),
  quarantined: integer("rows that the server has refused, now or earlier"),
  rev: orNull(integer("of this source; null if nothing was sent")),
  busy,
});

const push: JsonDocument = {
  command: "sync push",
  example: {
    pushed: { sessions: 2, events: 41 },
    deleted: 0,
    skipped: 1,
    quarantined: 0,
    rev: 7,
    busy: false,
  },
  schema: either(
    pushed,
    object({
      dry_run: always(true),
      projects: list(
        object({ project: orNull(string()), sessions: integer(), events: integer() }),
        "what would leave, of the project with most sessions first",
      ),
      samples: list(
        object({ project: orNull(string()), type: string(), content: string() }),
        "three events at most, redacted as they would be sent",
      ),
      skipped: integer(),
      deleted: integer(),
    }),
  ),
};

const pull: JsonDocument = {
  command: "sync pull",
  example: { pulled: { sessions: 3, events: 57 }, deleted: 0, machines: ["desk"], busy: false },
  schema: object({
    pulled: counts,
    deleted: integer("sessions that were deleted elsewhere, and so here"),
    machines: list(string(), "those that were looked at"),
    busy,
  }),
};

const status: JsonDocument = {
  command: "sync status",
  example: {
    url: URL,
    projects: [PROJECT],
    auto: false,
    schema: "1.0",
    keep_days: null,
    source: SOURCE,
    moved: false,
    here: { sessions: 12, waiting: 1 },
    there: { sessions: 12, events: 430 },
    pushed_at: "2026-11-22T22:10:00+00:00",
    pulled_at: null,
    problem: null,
    clock_offset_ms: 12,
    quarantined: 0,
    refused: [],
    machines: [
      {
        machine: "laptop",
        source: SOURCE,
        owner: "ada",
        own: true,
        this: true,
        pushed_at: "2026-11-22T22:10:00+00:00",
      },
    ],
  },
  schema: object({
    url: string(),
    projects: list(string()),
    auto: boolean("whether a session's end starts a push"),
    schema: string("the version of the server's schema"),
    keep_days: orNull(integer("after which sessions leave the server; null if they stay")),
    source: orNull(string("what this database is on the server; null before the first push")),
    moved: boolean("whether the home was pushed from another machine or folder before"),
    here: object({
      sessions: integer("that were sent"),
      waiting: integer("that the next push looks at"),
    }),
    there: object({ sessions: integer("of this source"), events: integer() }),
    pushed_at: orNull(string()),
    pulled_at: orNull(string()),
    problem: orNull(
      object({ message: string(), at: orNull(string()) }, "why the last push failed"),
    ),
    clock_offset_ms: orNull(integer("the server's clock less this machine's")),
    quarantined: integer("rows that the server has refused"),
    refused: list(
      object({
        session_id: string(),
        event: orNull(integer("its number; null for the session itself")),
        problem: string(),
      }),
      "the first 20 of them",
    ),
    machines: list(
      object({
        machine: string(),
        source: string(),
        owner: string("a user of the server"),
        own: boolean("whether this user owns it"),
        this: boolean("whether it is this database"),
        pushed_at: orNull(string()),
      }),
      "those that this user may see",
    ),
  }),
};

const forget: JsonDocument = {
  command: "sync forget",
  example: { forgotten: [{ id: ID, project: PROJECT }] },
  schema: object({
    forgotten: list(object({ id: string(), project: orNull(string()) })),
  }),
};

const move = (command: string): JsonDocument => ({
  command,
  example: { source: SOURCE },
  schema: object({ source: string("what this database is on the server from now on") }),
});

/** What the commands of `mm sync` print. */
export const SYNC_JSON: readonly JsonDocument[] = [
  init,
  push,
  pull,
  status,
  forget,
  move("sync adopt"),
  move("sync new"),
];
