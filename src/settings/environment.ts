const PATH =
  "where `mm` looks for the programs that it starts, and `mm hooks` for agents and for `mm`; only in its absolute folders";
const ID = "the agent's own id of its session; set by the agent for the programs that it runs";
const FOLDER = "the folder, if a hook's payload names none; set by the agent";
const VERSION = "the agent's version, if a hook's payload has none; set by the agent";
const PID = "the agent's process; set by the agent";
const SETTINGS = "where the agent keeps its settings; the agent reads it, too";
const HISTORY = "where the agent keeps its transcripts; the agent reads it, too";

type Sentences = Readonly<Record<string, string>>;

/** Variables that a person or the system sets. */
export const OWN_VARIABLES = {
  MM_HOME:
    "the home: an absolute path to the folder of the database and everything else; `~/.memtomem` by default",
  MM_DB:
    "an absolute path to the database alone. For a second, separate store, set `MM_HOME` instead, because the state file stays in the home",
  MEMTOMEM_STORAGE__SQLITE_PATH:
    "memtomem's name for the same; `MM_DB` takes precedence. `~` is expanded, and a relative path is relative to the home",
  MM_SESSION_ID: "the current session; `session wrap` sets it",
  MM_INSTALL_DIR:
    "the folder for the install script; `mm upgrade` checks whether this `mm` is in it",
  MM_PAGER:
    "the program that shows what is longer than the terminal, with its options; `cat` or nothing for none. No shell reads it",
  PAGER: "the same for all programs; `less -FRX` by default",
  NO_COLOR: "any value turns colours off",
  TERM: "`dumb` turns colours, `--watch` and the pager off",
  MM_DEBUG: "`1` adds stack traces to failures, on stderr",
  MM_DISABLE: "`1` makes `mm hook` do nothing",
  TMPDIR: "where `mm hook` counts lost events if it can't write anywhere else; `/tmp` by default",
  PGPASSWORD: "the password for `mm sync`, if the settings name no command that prints it",
  PGPASSFILE: "the file of passwords for `mm sync`; `~/.pgpass` by default",
  PGOPTIONS: "ignored by `mm sync`, but a pooler that stands before the server may refuse it",
  HOME: "your home folder: where `~` and the agents' settings are",
  USERPROFILE: "the same, if `HOME` isn't set (Windows)",
  DISPLAY: "set where there is a screen on which `mm web` can open a browser",
  WAYLAND_DISPLAY: "set where there is a screen on which `mm web` can open a browser",
  PATH,
  Path: PATH,
} as const satisfies Sentences;

/** Variables that belong to agents. */
export const AGENT_VARIABLES = {
  CLAUDE_CODE_SESSION_ID: ID,
  CODEX_SESSION_ID: ID,
  CURSOR_CONVERSATION_ID: ID,
  COPILOT_AGENT_SESSION_ID: ID,
  QWEN_CODE_SESSION_ID:
    "Qwen Code's own id of its session; it sets it for the programs that it runs and for `mm mcp`",
  GEMINI_SESSION_ID:
    "Gemini CLI's own id of its session; used as a last resort to find out which agent called `mm hook`",
  CLAUDE_ENV_FILE:
    "set by Claude Code for a hook: the SessionStart hook appends `export MM_SESSION_ID=…` to this file, so that the commands that Claude Code runs find their session",
  COPILOT_CLI: "set by Copilot CLI; used as a last resort to find out which agent called `mm hook`",
  CLAUDE_PROJECT_DIR: FOLDER,
  COPILOT_PROJECT_DIR: FOLDER,
  CURSOR_PROJECT_DIR: FOLDER,
  FACTORY_PROJECT_DIR: FOLDER,
  GEMINI_PROJECT_DIR: FOLDER,
  QWEN_PROJECT_DIR: FOLDER,
  COPILOT_CLI_BINARY_VERSION: VERSION,
  CURSOR_VERSION: VERSION,
  QWEN_CODE_STARTUP_VERSION: VERSION,
  CLAUDE_PID: PID,
  COPILOT_LOADER_PID: PID,
  OPENCODE_PID: PID,
  CLAUDE_CONFIG_DIR: SETTINGS,
  CODEX_HOME: SETTINGS,
  CODEX_SQLITE_HOME: HISTORY,
  GEMINI_CLI_HOME: SETTINGS,
  COPILOT_HOME: SETTINGS,
  KIMI_CODE_HOME: SETTINGS,
  CLINE_MCP_SETTINGS_PATH: "the file in which Cline keeps its servers; the agent reads it, too",
  QWEN_HOME: HISTORY,
  QWEN_RUNTIME_DIR: HISTORY,
  AMP_DATA_DIR: HISTORY,
  CLINE_DIR: HISTORY,
  CLINE_DATA_DIR: HISTORY,
  OPENCODE_DB: HISTORY,
  XDG_DATA_HOME: HISTORY,
  XDG_CONFIG_HOME: SETTINGS,
  APPDATA: "where programs keep their settings and the agents in them their transcripts (Windows)",
} as const satisfies Sentences;

/**
 * Every environment variable that `mm` reads, with what it is for, in Markdown. `Env` has these names and no
 * others. Only the documents load the sentences; names that share one share a row there.
 */
export const ENVIRONMENT = { ...OWN_VARIABLES, ...AGENT_VARIABLES };

export type Variable = keyof typeof ENVIRONMENT;

/** The environment as it was when the process started; only variables that the documents list can be read. */
export interface Env extends Readonly<Partial<Record<Variable, string | undefined>>> {
  // With a member of its own it is no Record, which would have every name.
  readonly HOME?: string | undefined;
}
