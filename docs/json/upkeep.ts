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

const ID = "10f61155-53bd-4e93-bf1a-e844319233cb";

const dryRun = boolean("whether nothing was changed");

const sessionDelete: JsonDocument = {
  command: "session delete",
  example: {
    dry_run: false,
    deleted: [{ id: ID, agent_id: "codex", events: 3, made_by_mm: true, other_rows: [] }],
    count: 1,
    events: 3,
  },
  schema: object({
    dry_run: boolean("whether nothing was deleted"),
    deleted: list(
      object({
        id: string(),
        agent_id: string(),
        events: integer(),
        made_by_mm: boolean(),
        other_rows: list(
          object({
            table: string(),
            rows: integer(),
            effect: oneOf(
              ["deleted", "cleared", "left"],
              "`cleared` rows no longer name what was deleted, `left` ones still do",
            ),
          }),
          "rows of other programs that named the session, its events, or other rows that are deleted",
        ),
      }),
      "in the order in which they were named",
    ),
    count: integer("of the sessions"),
    events: integer("of all their events"),
  }),
};

const gc: JsonDocument = {
  command: "gc",
  example: {
    dry_run: false,
    sessions: 1,
    events: 3,
    ids: [ID],
    finished_events: 0,
    used_before: 131072,
    used_after: 126976,
    file_before: 131072,
    file_after: 126976,
    shrinks: true,
    under_max_size: null,
    kept: { referred_to: 0, not_made_by_mm: 0 },
  },
  schema: object({
    dry_run: dryRun,
    sessions: integer("removed"),
    events: integer("removed"),
    ids: list(string(), "of the sessions, oldest first"),
    finished_events: integer("of sessions that an earlier, interrupted run had removed"),
    used_before: integer("bytes of the database that are in use"),
    used_after: integer("the same afterwards; an estimate with `--dry-run`"),
    file_before: integer("bytes of the file, without its write-ahead log"),
    file_after: integer("the same afterwards"),
    shrinks: boolean("whether the file gives space back"),
    under_max_size: orNull(boolean("null without `--max-size`")),
    kept: object(
      { referred_to: integer(), not_made_by_mm: integer() },
      "sessions that ended long enough ago, but that `gc` doesn't remove",
    ),
  }),
};

const projectMove: JsonDocument = {
  command: "project move",
  example: {
    dry_run: false,
    sessions: 12,
    from: "/home/ada/old/shop",
    to: "/home/ada/work/shop",
  },
  schema: object({
    dry_run: dryRun,
    sessions: integer("that ran in the old folder or below it"),
    from: string("an absolute path, with all links resolved"),
    to: string("an absolute path, with all links resolved"),
  }),
};

const redact: JsonDocument = {
  command: "redact",
  example: {
    dry_run: true,
    secrets: 3,
    sessions: 1,
    events: 2,
    rules: [
      { rule: "command-line", secrets: 2 },
      { rule: "github", secrets: 1 },
    ],
  },
  schema: object({
    dry_run: dryRun,
    secrets: integer("that were replaced, or would be"),
    sessions: integer("that contained them"),
    events: integer("that contained them"),
    rules: list(object({ rule: string(), secrets: integer() }), "most secrets first"),
  }),
};

const doctor: JsonDocument = {
  command: "doctor",
  example: {
    ok: false,
    findings: [
      {
        check: "file-modes",
        severity: "problem",
        what: "/home/me/.memtomem/memtomem.db is open to other users (mode 644)",
        why: "other users can read or change what your agents did",
        mend: "mm doctor --fix",
        fixed: false,
      },
    ],
    passed: ["database", "file-system", "settings", "state-file", "spool", "hooks", "path"],
  },
  schema: object({
    ok: boolean("whether no problem is left; if false, the exit code is 1"),
    findings: list(
      object({
        check: string("the name of the check"),
        severity: oneOf(["problem", "note"]),
        what: string("what it is, and why it matters"),
        why: string("what it is, and why it matters"),
        mend: string("a command, or what a person has to do, to fix it"),
        fixed: boolean("whether `--fix` has fixed it"),
      }),
      "problems first",
    ),
    passed: list(string(), "the checks that found nothing"),
  }),
};

const upgrade: JsonDocument = {
  command: "upgrade",
  example: {
    method: "script",
    executable: "/home/ada/.local/bin/mm",
    command: null,
    folder: null,
    releases: "https://github.com/mm-sessions/mm/releases",
  },
  schema: object({
    method: oneOf(
      ["homebrew", "scoop", "npm", "pnpm", "yarn", "bun", "script", "manual"],
      "how this copy was installed",
    ),
    executable: string("this `mm`, with all links resolved"),
    command: orNull(
      string("what upgrades it; null if no command does, and before the first release"),
    ),
    folder: orNull(
      string("the project in whose folder to run it, for an `mm` in its `node_modules`"),
    ),
    releases: string("the page with all versions"),
  }),
};

const SETTING_TYPES = { type: ["string", "boolean", "array", "object", "null"] };
const setting = {
  key: string("its name"),
  value: { ...SETTING_TYPES, description: "in force; null for none" },
  default: SETTING_TYPES,
  is_set: boolean("whether `mm.json` contains it, with a valid value"),
};

const configList: JsonDocument = {
  command: "config list",
  example: {
    path: "/home/ada/.memtomem/mm.json",
    settings: [{ key: "capture", value: "none", default: "summary", is_set: true }],
  },
  schema: object({
    path: string("of the file"),
    settings: list(object(setting), "all of them"),
  }),
};

const configGet: JsonDocument = {
  command: "config get",
  example: { key: "capture", value: "none", default: "summary", is_set: true },
  schema: object(setting),
};

const changed = object({
  key: string("its name"),
  value: { ...SETTING_TYPES, description: "in force now; null for none" },
  previous: { ...SETTING_TYPES, description: "in force before" },
});

const configSet: JsonDocument = {
  command: "config set",
  example: { key: "gc", value: "90d", previous: null },
  schema: changed,
};

const configUnset: JsonDocument = {
  command: "config unset",
  example: { key: "gc", value: null, previous: "90d" },
  schema: changed,
};

const error: JsonDocument = {
  command: "error",
  example: {
    error: {
      code: "session_not_found",
      message: "session not found: nope",
      hint: "`mm session list` shows them",
    },
  },
  schema: object({
    error: object({
      code: string("one of the [error codes](errors.md#error-codes)"),
      message: string("for people; its wording may change"),
      "hint?": string("what to do about it"),
    }),
  }),
};

export const UPKEEP_DOCUMENTS: readonly JsonDocument[] = [
  sessionDelete,
  gc,
  projectMove,
  redact,
  configList,
  configGet,
  configSet,
  configUnset,
  doctor,
  upgrade,
];

export const ERROR_DOCUMENT = error;
