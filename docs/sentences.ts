import type { ErrorCode } from "../src/errors.ts";
import type { Settings } from "../src/settings/settings.ts";

/** What each error code means, in Markdown. */
export const ERRORS: Readonly<Record<ErrorCode, string>> = {
  usage: "unknown command or option, missing or repeated value, invalid number",
  invalid_duration: "not like `30m`, `24h`, `7d`; units are s, m, h and d",
  invalid_time: "no date, date-time or duration",
  invalid_agent_id: "not 1 to 64 of `A-Z a-z 0-9 . _ -`, or it begins with a dash",
  invalid_namespace: "not 1 to 256 characters of such segments joined by `:`",
  invalid_home: "`MM_HOME` is empty or relative, or there is no home at all",
  invalid_database_path: "`MM_DB` is empty or relative, or the folder of the database is missing",
  no_session: "no session is current",
  session_not_found: "no session has that id",
  session_ambiguous: "several ids begin so; the message lists them",
  session_ended: "it has ended before and stays as it is",
  session_active:
    "it is active, or was opened again meanwhile, and active sessions are not deleted",
  session_protected:
    "another program made it or refers to it; the hint says what `--force` deletes with it",
  state_file: "the state file can't be written; the database was not changed",
  database_locked: "another program holds the lock for more than 5 seconds",
  database_unusable: "no SQLite database, a damaged one, or one with other tables",
  database_unwritable: "no permission, or no space",
  database_newer: "a newer `mm` has written it; nothing was changed",
  search_unavailable: "this system's SQLite (macOS lends its own) has no FTS5",
  spool_full: "events that wait for the database take up all their room; only in `hook.log`",
  settings_unreadable:
    "an agent's settings or `mm.json` can't be read or are of a shape that `mm` doesn't know; nothing was changed",
  settings_unwritable: "they can't be written",
  settings_busy: "another `mm hooks` is at work, or somebody changes the file again and again",
  program_path:
    "the hooks can't call this `mm`: it has another name, or a path that cmd.exe can't quote",
  plugin_enabled: "the agent's `mm` plugin is on and would report every event too",
  not_installable: "`mm` installs nothing for this agent; the message says why",
  no_client: "no supported agent was found on this machine",
  confirmation_needed: "nobody can be asked: say `--yes`",
  declined: "the answer was no; nothing was changed",
  import_invalid: "a file to be imported can't be read, is no export, or is cut short",
  output: "stdout can't be written (a closed pipe is no error)",
  internal: "anything else; `MM_DEBUG=1` shows where",
};

/** What a key of `mm.json` takes, and what it decides, in Markdown. */
export const SETTINGS: Readonly<
  Record<keyof Settings, { readonly type: string; readonly sentence: string }>
> = {
  capture: {
    type: '`"none"`, `"summary"` or `"full"`',
    sentence: "how much of what an agent does is [recorded](#what-is-recorded)",
  },
  context: { type: "`true` or `false`", sentence: "whether new sessions are told of others" },
  stale: {
    type: 'a duration like `"24h"` or `"7d"`',
    sentence: "silence after which a session counts as ended",
  },
  gc: {
    type: 'a duration like `"90d"`',
    sentence: "age from which ended sessions are removed; see [Deleting](#deleting)",
  },
  prompts: {
    type: 'a list like `["claude"]`',
    sentence:
      "agents whose hooks report prompts; kept by `mm hooks`. Only there is a session without any event known to be empty",
  },
};

/** What a table of `mm`'s own holds, in Markdown, and whether every database of `mm`'s has it. */
interface Table {
  readonly sentence: string;
  readonly made: "always" | "when needed";
}

export const TABLES: Readonly<Record<string, Table>> = {
  mm_meta: { made: "always", sentence: "the version of these tables" },
  mm_sessions: {
    made: "always",
    sentence:
      "what hooks know of a session: the agent and its own id, version, model, place, last event, who ended it and why, how long `mm` took for its start and end",
  },
  mm_events: {
    made: "always",
    sentence:
      "of each event that a hook has stored: its time to the millisecond, by what a second delivery is known, how long `mm` took",
  },
  mm_renamed: {
    made: "always",
    sentence: "sessions that got a title after they had ended, for the search index",
  },
  mm_early_ends: {
    made: "always",
    sentence: "ends that came before anything else of their session",
  },
  mm_spooled: {
    made: "always",
    sentence: "the spooled events that have been taken in last",
  },
  mm_deleting: {
    made: "when needed",
    sentence:
      "removed sessions whose events are still being removed; there once a session was removed",
  },
};
