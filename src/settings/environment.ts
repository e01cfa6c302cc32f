const PATH = "where `mm hooks` looks for agents and for `mm`";
const ID = "the id that the agent gives its session; set by the agent for what it runs";
const FOLDER = "the folder of a hook whose payload names none; set by the agent";
const VERSION = "the agent's version, for a hook whose payload has none; set by the agent";
const PID = "the process of the agent that runs a hook; set by the agent";
const SETTINGS = "where the agent keeps its settings, as the agent reads it itself";

/**
 * Every environment variable that `mm` reads, with what it is for, in Markdown. `Env` has these names and no
 * others. Only the documents load the sentences; names that share one share a row there.
 */
export const ENVIRONMENT = {
  MM_HOME:
    "the folder of the state file and the database, an absolute path; `~/.memtomem` by default",
  MM_DB:
    "the database alone, an absolute path. For a second, separate store set `MM_HOME` instead: the state file stays in the home",
  MEMTOMEM_STORAGE__SQLITE_PATH:
    "memtomem's name for the same; `MM_DB` goes first. `~` is expanded, a relative path counts from the home",
  MM_SESSION_ID: "the session that commands are about; `session wrap` sets it",
  MM_INSTALL_DIR:
    "the folder for the install script; `mm upgrade` checks whether this `mm` is in it",
  NO_COLOR: "any value turns colours off",
  TERM: "`dumb` turns colours and `--watch` off",
  MM_DEBUG: "`1` adds stack traces to failures, on stderr",
  MM_DISABLE: "`1` makes `mm hook` do nothing",
  TMPDIR: "where `mm hook` counts the events that it can keep nowhere else; `/tmp` by default",
  HOME: "where `~` is, and the agents' settings",
  USERPROFILE: "the same where `HOME` is not set (Windows)",
  PATH,
  Path: PATH,
  CLAUDE_CODE_SESSION_ID: ID,
  CODEX_SESSION_ID: ID,
  CURSOR_CONVERSATION_ID: ID,
  COPILOT_AGENT_SESSION_ID: ID,
  GEMINI_SESSION_ID:
    "the id that Gemini CLI gives its session; `mm hook` recognizes Gemini CLI by it where the payload doesn't tell",
  CLAUDE_ENV_FILE:
    "set by Claude Code for a hook: the SessionStart hook appends `export MM_SESSION_ID=…` to that file, and the commands that Claude Code runs find their session",
  COPILOT_CLI:
    "set by Copilot CLI, which `mm hook` recognizes by it where the payload doesn't tell",
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
  GEMINI_CLI_HOME: SETTINGS,
  COPILOT_HOME: SETTINGS,
  KIMI_CODE_HOME: SETTINGS,
  XDG_CONFIG_HOME: SETTINGS,
} as const satisfies Readonly<Record<string, string>>;

export type Variable = keyof typeof ENVIRONMENT;

/** The environment as it was when the process started; only variables that the documents list can be read. */
export interface Env extends Readonly<Partial<Record<Variable, string | undefined>>> {
  // With a member of its own it is no Record, which would have every name.
  readonly HOME?: string | undefined;
}
