import { AS_OF, FROM_MACHINE, MACHINES } from "./machines.ts";
import {
  anyObject,
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
import { SEARCH_DOCUMENT } from "./search.ts";

/** The states of live sessions. */
export const STATE = ["asks", "busy", "waiting", "idle", "stale", "gone"];

const ps: JsonDocument = {
  command: "ps",
  example: {
    sessions: [
      {
        id: "bb928290-3498-4a24-85f6-8d7a0916c1de",
        agent_id: "claude-code",
        state: "busy",
        last_event: "prompt",
        last_event_content: "Fix the parser",
        last_event_at: "2026-11-22T22:49:43+00:00",
        age_seconds: 3,
        started_at: "2026-11-22T22:49:01+00:00",
        project: "shop",
        branch: "main",
        cwd: "/home/ada/shop",
        client: "claude",
        model: "claude-opus-5-5",
        title: "Fix the parser",
        others_in_tree: 0,
      },
    ],
    count: 1,
  },
  schema: object({
    sessions: list(
      object({
        id: string(),
        agent_id: string(),
        state: oneOf(STATE, "see [States](sessions.md#states)"),
        last_event: orNull(string("its type")),
        last_event_content: orNull(string("its first 300 characters; redacted if there are more")),
        last_event_at: orNull(
          string(
            "the last sign of life, which need not be an event; null if nothing that is stored is a time",
          ),
        ),
        age_seconds: orNull(
          integer("since then; also null if that is more than 5 minutes in the future"),
        ),
        started_at: string(),
        project: orNull(string()),
        branch: orNull(string()),
        cwd: orNull(string()),
        client: orNull(string()),
        model: orNull(string()),
        title: orNull(string()),
        others_in_tree: integer("other sessions at work in the same working tree"),
        ...FROM_MACHINE,
        ...AS_OF,
      }),
      "those that haven't ended: by state, and within each state the one that was last active first",
    ),
    count: integer(),
  }),
};

const stats: JsonDocument = {
  command: "stats",
  example: {
    since: null,
    until: null,
    sessions: 1,
    events: 3,
    active_seconds: 95,
    tool_calls: 2,
    errors: 0,
    error_rate: 0,
    events_by_type: [
      { type: "tool_call", count: 2 },
      { type: "prompt", count: 1 },
    ],
    tools: [{ tool: "Bash", count: 2, errors: 0 }],
    tool_kinds: [{ kind: "shell", count: 2, errors: 0 }],
    by: "agent",
    groups: [
      {
        key: "codex",
        sessions: 1,
        events: 3,
        tool_calls: 2,
        errors: 0,
        error_rate: 0,
        active_seconds: 95,
      },
    ],
  },
  schema: object({
    since: orNull(string("the period; null if it is open")),
    until: orNull(string("the period; null if it is open")),
    sessions: integer("that started or had an event in it"),
    events: integer(),
    active_seconds: integer(
      "the sum of the times between two events of a session that are at most 5 minutes apart",
    ),
    tool_calls: integer("including failed ones"),
    errors: integer("failed tool calls"),
    error_rate: orNull(
      number("`errors` divided by `tool_calls`, to four places; null without tool calls"),
    ),
    events_by_type: list(object({ type: string(), count: integer() }), "most first"),
    tools: list(
      object({ tool: orNull(string("null if unknown")), count: integer(), errors: integer() }),
      "most first",
    ),
    tool_kinds: list(
      object({
        kind: orNull(
          string(
            "what the tools are for: `shell`, `read`, `edit`, `search`, `web`, `subagent`, `plan`, `mcp` or `other`; null if unknown",
          ),
        ),
        count: integer(),
        errors: integer(),
      }),
      "most first",
    ),
    by: oneOf(
      ["day", "week", "hour", "agent", "model", "project", "tool", "all"],
      "`day` by default",
    ),
    groups: list(
      object({
        key: orNull(
          string(
            "a local day like `2026-03-10`, the Monday of a week, an hour from `00` to `23`, an agent id, a model, a project or a tool; null for none. Projects with the same name have part of their paths, such as `work/app`",
          ),
        ),
        sessions: integer("with an event in the group"),
        events: integer("as above; the time before an event belongs to its group"),
        tool_calls: integer("as above; the time before an event belongs to its group"),
        errors: integer("as above; the time before an event belongs to its group"),
        error_rate: orNull(number("as above")),
        active_seconds: integer("as above; the time before an event belongs to its group"),
      }),
      "days, weeks and hours in order, everything else most first; none with `--by all`",
    ),
    "all_groups?": mapTo(
      list(anyObject("like one of `groups`")),
      "with `--by all`: the groups of each of the others, and as `week_hour` those of the hours of the week, such as `1 09` for Mondays at nine",
    ),
    ...MACHINES,
  }),
};

const statsHooks: JsonDocument = {
  command: "stats hooks",
  example: {
    hooks: [
      {
        client: "claude",
        event: "PostToolUse",
        count: 812,
        p50_ms: 11.42,
        p95_ms: 17.03,
        p99_ms: 24.9,
        max_ms: 61.18,
      },
    ],
  },
  schema: object({
    hooks: list(
      object({
        client: string(),
        event: orNull(string("the agent's name of the event")),
        count: integer("calls that stored an event, or made or ended a session"),
        p50_ms: number("time within `mm` until the call was stored"),
        p95_ms: number("time within `mm` until the call was stored"),
        p99_ms: number("time within `mm` until the call was stored"),
        max_ms: number("time within `mm` until the call was stored"),
      }),
      "by agent, most calls first",
    ),
  }),
};

const wait: JsonDocument = {
  command: "wait",
  example: {
    id: "bb928290-3498-4a24-85f6-8d7a0916c1de",
    agent_id: "claude-code",
    state: "asks",
    title: "Fix the parser",
    project: "shop",
    cwd: "/home/ada/shop",
  },
  schema: object({
    id: string(),
    agent_id: string(),
    state: oneOf([...STATE, "ended"], "the state to which the session got"),
    title: orNull(string()),
    project: orNull(string()),
    cwd: orNull(string()),
  }),
};

const web: JsonDocument = {
  command: "web",
  example: { url: "http://127.0.0.1:23817/#t=Zk3…", port: 23817, pid: 4711 },
  schema: object({
    url: string("the address with its key, as soon as the server listens"),
    port: integer(),
    pid: integer("the process of the server"),
  }),
};

export const READING_DOCUMENTS: readonly JsonDocument[] = [
  ps,
  wait,
  SEARCH_DOCUMENT,
  stats,
  statsHooks,
  web,
];
