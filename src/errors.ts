/** Every way in which a command can fail, with its exit code. */
export const EXIT_CODES = {
  usage: 2,
  invalid_duration: 2,
  invalid_time: 2,
  invalid_agent_id: 1,
  invalid_namespace: 1,
  invalid_home: 1,
  invalid_database_path: 1,
  no_session: 1,
  session_not_found: 1,
  session_ambiguous: 1,
  session_ended: 1,
  session_active: 1,
  session_protected: 1,
  resume_unknown: 1,
  folder_gone: 1,
  program_missing: 1,
  wait_timeout: 124,
  project_not_found: 1,
  project_ambiguous: 1,
  state_file: 1,
  database_locked: 1,
  database_unusable: 1,
  database_unwritable: 1,
  database_newer: 1,
  search_unavailable: 1,
  settings_unreadable: 1,
  settings_unwritable: 1,
  settings_busy: 1,
  program_path: 1,
  name_taken: 1,
  plugin_enabled: 1,
  not_installable: 1,
  no_client: 1,
  confirmation_needed: 2,
  declined: 1,
  import_invalid: 1,
  port_taken: 1,
  sync_settings: 1,
  sync_unreachable: 1,
  sync_refused: 1,
  sync_source: 1,
  output: 1,
  internal: 1,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** A failure to report to the user: what is wrong, and the next step if there is one. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** The `code` of a system or SQLite error (`ENOENT`, `SQLITE_BUSY`), or an empty string. */
export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/** Why an event of a hook is in no session. */
export type LossReason =
  | "payload"
  | "unknown"
  | "session"
  | "late"
  | "spool_full"
  | "unwritable"
  | "set_aside"
  | "failure";

/** An event that ends in no session, with the reason under which it is counted. */
export class LostEvent extends Error {
  readonly reason: LossReason;

  constructor(reason: LossReason, message: string) {
    super(message);
    this.reason = reason;
  }
}
