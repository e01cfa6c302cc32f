import type { ErrorCode } from "../src/errors.ts";

/** What each error code means, in Markdown. */
export const ERRORS: Readonly<Record<ErrorCode, string>> = {
  usage: "unknown command or option, missing or repeated value, invalid number",
  invalid_duration: "not a duration such as `30m`, `24h` or `7d`; the units are s, m, h and d",
  invalid_time: "not a date, a date-time or a duration",
  invalid_agent_id: "not 1 to 64 characters of `A-Z a-z 0-9 . _ -`, or it starts with a dash",
  invalid_namespace: "not 1 to 256 characters in total, of such segments joined by `:`",
  invalid_home: "`MM_HOME` is empty or relative, or there is no home folder",
  invalid_database_path: "`MM_DB` is empty or relative, or the folder of the database is missing",
  no_session: "no session is current",
  session_not_found: "no session has this id",
  session_ambiguous: "several ids start with this text; the message lists them",
  session_ended: "the session has ended, and ended sessions don't change",
  session_active:
    "the session is active or was reopened in the meantime, and active sessions are not deleted",
  session_protected:
    "another program made the session or refers to it; the hint says what `--force` deletes with it",
  resume_unknown: "`mm` knows no command by which the agent resumes the session",
  folder_gone: "the folder of the session to resume is gone; the hint says where to resume it",
  program_missing: "the agent of the session to resume is not on `PATH`",
  port_taken: "another program listens on the port that `mm web` was to take",
  wait_timeout: "no session got to the state in time; `timeout` exits with the same code",
  project_not_found: "no session ran in that project",
  project_ambiguous: "several projects have that name; the message lists their folders",
  state_file: "the state file can't be written; the database was not changed",
  database_locked: "another program holds the lock for more than 5 seconds",
  database_unusable: "not an SQLite database, a damaged one, or one with other tables",
  database_unwritable: "no permission, no space left, or too many open files",
  database_newer: "a newer `mm` wrote the database; nothing was changed",
  search_unavailable: "the system's SQLite, which `mm` uses on macOS, has no FTS5",
  settings_unreadable:
    "an agent's settings or `mm.json` can't be read, or `mm` doesn't know their structure; nothing was changed",
  settings_unwritable: "an agent's settings or `mm.json` can't be written",
  settings_busy: "another `mm hooks` is running, or somebody keeps changing the file",
  program_path:
    "the hooks can't call this `mm`: it has another name, or a path that cmd.exe can't quote",
  name_taken: "another server is registered under the name `mm`",
  plugin_enabled: "the agent's `mm` plugin is on and would also report every event",
  not_installable: "`mm` installs nothing for this agent; the message says why",
  no_client: "there is no supported agent on this machine",
  confirmation_needed: "there is no terminal to ask on, and the answer matters: use `--yes`",
  declined: "the answer was no; nothing was changed",
  import_invalid: "the file to import can't be read, is not an export, or is cut short",
  sync_settings: "the settings of `sync` are missing or wrong, or the password can't be read",
  sync_unreachable:
    "the PostgreSQL server can't be reached, or can't prove that it is the right one",
  sync_refused: "the PostgreSQL server refuses the work; the hint says what to change",
  sync_source: "the home was moved or copied since it was last synced",
  output: "stdout can't be written (a closed pipe is not an error)",
  internal: "anything else; `MM_DEBUG=1` shows where",
};

/** What one of `mm`'s own tables contains, in Markdown, and whether every database of `mm` has it. */
interface Table {
  readonly sentence: string;
  readonly made: "always" | "when needed";
}

export const TABLES: Readonly<Record<string, Table>> = {
  mm_meta: {
    made: "always",
    sentence: "the version of these tables, and when the file was last written",
  },
  mm_sessions: {
    made: "always",
    sentence:
      "what hooks know about a session: the agent and its own id, version, model, repository, last event, who ended it and why, and how long `mm` took for its start and end",
  },
  mm_events: {
    made: "always",
    sentence:
      "for each event that a hook stored: its time in milliseconds, the key that identifies a second delivery, and how long `mm` took",
  },
  mm_renamed: {
    made: "always",
    sentence: "sessions that were renamed after they had ended, for the search index",
  },
  mm_early_ends: {
    made: "always",
    sentence: "ends that arrived before any event of their session",
  },
  mm_usage: {
    made: "always",
    sentence:
      "each call of a model that a transcript contains: its time, model, tokens, and the cost that the agent reports",
  },
  mm_transcripts: {
    made: "always",
    sentence:
      "the transcripts that were read, with their size and time, so that only new ones are read again; a hash of the id of each deleted session, so that none comes back",
  },
  mm_spooled: {
    made: "always",
    sentence: "the spooled events that were stored last",
  },
  mm_deleted: {
    made: "when needed",
    sentence:
      "ids of sessions that were deleted since the first `mm sync push`, so that they are deleted on the server, too",
  },
  mm_deleting: {
    made: "when needed",
    sentence: "deleted sessions whose events are still to be purged; created by the first deletion",
  },
};

/** The files in the home and what they contain, in Markdown. */
export const FILES: Readonly<Record<string, string>> = {
  "`memtomem.db`":
    "the database, unless `MM_DB`, `MEMTOMEM_STORAGE__SQLITE_PATH` or memtomem's configuration names another",
  "`memtomem.db-wal`, `memtomem.db-shm`":
    "parts of the database; the latest changes may be only here",
  "`memtomem.db.mm-search`":
    "the index of `mm search`, beside the database wherever that is; created by the first search. It contains words of what is stored. You may delete it at any time, and it needs no backup. `mm` replaces any file of this name. `memtomem.db.mm-search-journal` exists while the index is written",
  "`memtomem.db.mm-sync`":
    "what was sent of the database to a [sync server](sync.md), beside it; created by the first `mm sync push`. You may delete it: the next push asks the server. `memtomem.db.mm-sync-lock` keeps two of them apart",
  "`mm-remote.db`":
    "sessions of other machines, from `mm sync pull`, with files of its own like the database's. You may delete it: the next pull gets all of it again",
  "`.current_session`":
    "the state file: the id of the current session and a newline. The database is the truth; the file only points into it",
  "`.current_session.tmp`, `memtomem.db.new`, `memtomem.db.lock`":
    "temporary, while a session starts or the database is created. If the process is killed meanwhile, the next command finishes or removes them",
  "`memtomem.db-wal.left-1`":
    "a write-ahead log whose database is gone; see [Backups](files.md#backups)",
  "`mm.json`": "the [settings of hooks](configuration.md#mmjson); created by `mm hooks install`",
  "`hooks/`":
    "for each file that `mm hooks install` changed: what it was before the first installation, what it is without the hooks, and what was written; removed when the hooks are uninstalled. `mm-….json` is the same for `mm.json`; `lock` is temporary",
  "`spool/`": "events that wait for the database, one file each; exists only while there are any",
  "`spool.bad/`": "events that could not be read back from the spool; created by the first one",
  "`web.json`, `web-open.html`":
    "the address of the `mm web` that runs, with its key; exist only while it runs, the second for 10 seconds",
  "`logs/lost-events`":
    "a time and a reason for each event that hooks lost; created by the first one",
  "`logs/hook.log`, `logs/hook.log.1`": "problems of hooks; created by the first one",
  "`config.json`, `config.d/*.json`":
    "memtomem's configuration. `mm` reads `storage.sqlite_path` from it, doesn't need it and never writes it. A file that can't be read causes one warning",
};

/** What each exit code means, in Markdown. */
export const EXITS: Readonly<Record<string, string>> = {
  "0": "success. A start that resumes and an `activity log` without a session succeed, too; `mm hook` always does",
  "1": "failure; for `hooks status`: something that is installed can't work",
  "2": "wrong usage; nothing was changed",
  "124": "`mm wait` gave up after its `--timeout`",
  any: "`session wrap` exits with the code of its command: 128 + the signal's number if a signal ended it, 127 if there is no such command, 126 if it can't be run",
};
