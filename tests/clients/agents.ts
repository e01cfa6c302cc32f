import type { AgentName } from "../../src/agents/agents.ts";

/** Where an agent is driven. */
export interface Place {
  readonly repository: string;
  /** The address of the model server. */
  readonly url: string;
}

/** The types of the events that a run leaves, in order. */
interface Leaves {
  /** A first prompt that uses the tool, once. */
  readonly first: readonly string[];
  /** A resumed prompt with a tool call that fails. */
  readonly resumed: readonly string[];
  /** What a resume tells of a session whose agent was killed. */
  readonly revived: readonly string[];
}

/** How one agent is driven without a terminal, and what it tells its hooks. */
export interface Agent {
  readonly name: AgentName;
  readonly package: readonly [name: string, version: string];
  /** Given the folder of the unpacked package. The program is found on PATH under the agent's name. */
  program(folder: string): readonly string[];
  /** The least of settings with which it starts, by their path in the home. */
  settings(place: Place): Readonly<Record<string, string>>;
  env(place: Place): Readonly<Record<string, string>>;
  prompt(text: string): readonly string[];
  /** Goes on with the latest session. */
  resume(text: string): readonly string[];
  readonly leaves: Leaves;
  /** The reason of the end; null where a run without a terminal doesn't tell its hooks of the end. */
  readonly ends: { readonly reason: string | null } | null;
  /** Lines that the agent itself prints of any hook, or now and then. */
  readonly ownLines?: RegExp;
}

const claude: Agent = {
  name: "claude",
  package: ["@anthropic-ai/claude-code-linux-x64", "2.1.330"],
  program: (folder) => [`${folder}/package/claude`],
  settings: ({ repository }) => ({
    ".claude.json": JSON.stringify({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: ["none"] },
      projects: { [repository]: { hasTrustDialogAccepted: true } },
    }),
  }),
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "none",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_TELEMETRY: "1",
  }),
  prompt: (text) => ["-p", text, "--allowedTools", "Bash"],
  resume: (text) => ["-p", text, "--allowedTools", "Bash", "--continue"],
  leaves: {
    first: ["prompt", "tool_call", "turn_end"],
    resumed: ["session_resume", "prompt", "error", "turn_end"],
    revived: ["session_resume"],
  },
  ends: { reason: "other" },
};

const codex: Agent = {
  name: "codex",
  package: ["@openai/codex", "0.169.0-linux-x64"],
  program: (folder) => [`${folder}/package/vendor/x86_64-unknown-linux-musl/bin/codex`],
  settings: ({ repository, url }) => ({
    ".codex/config.toml": `model = "gpt-5.5"
model_provider = "loopback"
[model_providers.loopback]
name = "loopback"
base_url = "${url}/v1"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 0
[projects."${repository}"]
trust_level = "trusted"
[notice.model_migrations]
"gpt-5.5" = "gpt-6-sol"
`,
  }),
  env: () => ({}),
  prompt: (text) => ["exec", "--dangerously-bypass-hook-trust", text],
  resume: (text) => ["exec", "--dangerously-bypass-hook-trust", "resume", "--last", text],
  leaves: {
    first: ["prompt", "turn_end"],
    resumed: ["session_resume", "prompt", "turn_end"],
    revived: ["session_resume"],
  },
  ends: { reason: "other" },
  ownLines: /^hook: /u,
};

const gemini: Agent = {
  name: "gemini",
  package: ["@google/gemini-cli", "0.61.0"],
  program: (folder) => ["node", `${folder}/package/bundle/gemini.js`],
  settings: () => ({
    ".gemini/settings.json": JSON.stringify({
      security: { auth: { selectedType: "gemini-api-key" } },
      general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
      privacy: { usageStatisticsEnabled: false },
    }),
  }),
  env: ({ url }) => ({
    GEMINI_API_KEY: "none",
    GOOGLE_GEMINI_BASE_URL: url,
    GEMINI_CLI_TRUST_WORKSPACE: "true",
    // Else it asks a model which model to ask.
    GEMINI_MODEL: "gemini-2.5-flash",
  }),
  prompt: (text) => ["-m", "gemini-2.5-flash", "--yolo", "-p", text],
  resume: (text) => ["-m", "gemini-2.5-flash", "--yolo", "-p", text, "--resume", "latest"],
  leaves: {
    first: ["prompt", "tool_call", "turn_end"],
    resumed: ["session_resume", "prompt", "error", "turn_end"],
    revived: ["session_resume"],
  },
  ends: null,
  ownLines: /^\[STARTUP\] /u,
};

const qwen: Agent = {
  name: "qwen",
  package: ["@qwen-code/qwen-code", "0.24.4"],
  program: (folder) => ["node", `${folder}/package/cli-entry.js`],
  settings: () => ({
    ".qwen/settings.json": JSON.stringify({
      security: { auth: { selectedType: "openai" } },
      general: { enableAutoUpdate: false, disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    }),
  }),
  env: ({ url }) => ({
    OPENAI_API_KEY: "none",
    OPENAI_BASE_URL: `${url}/v1`,
    OPENAI_MODEL: "qwen3-coder",
  }),
  prompt: (text) => ["--yolo", "-p", text],
  resume: (text) => ["--yolo", "-p", text, "--continue"],
  leaves: {
    first: ["prompt", "tool_call", "turn_end"],
    resumed: ["session_resume", "prompt", "error", "turn_end"],
    revived: ["session_resume"],
  },
  ends: null,
};

const opencode: Agent = {
  name: "opencode",
  package: ["opencode-linux-x64", "1.18.33"],
  program: (folder) => [`${folder}/package/bin/opencode`],
  settings: ({ url }) => ({
    ".config/opencode/opencode.json": JSON.stringify({
      model: "loopback/any",
      small_model: "loopback/any",
      autoupdate: false,
      share: "disabled",
      provider: {
        loopback: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${url}/v1`, apiKey: "none" },
          models: { any: {} },
        },
      },
    }),
  }),
  env: () => ({
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    // Beside any plugin it wants a package of its own, and goes on without.
    npm_config_registry: "http://127.0.0.1:9",
    npm_config_fetch_retries: "0",
  }),
  prompt: (text) => ["run", text],
  resume: (text) => ["run", "--continue", text],
  leaves: {
    first: ["prompt", "tool_call", "turn_end"],
    resumed: ["session_resume", "prompt", "error", "turn_end"],
    revived: [],
  },
  ends: { reason: "dispose" },
};

const copilot: Agent = {
  name: "copilot",
  package: ["@github/copilot-linux-x64", "1.0.102"],
  program: (folder) => [`${folder}/package/copilot`],
  settings: () => ({}),
  env: ({ url }) => ({
    COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
    COPILOT_PROVIDER_API_KEY: "none",
    COPILOT_MODEL: "gpt-4.1",
    COPILOT_OFFLINE: "true",
    COPILOT_AUTO_UPDATE: "false",
  }),
  prompt: (text) => ["-p", text, "--allow-all-tools"],
  resume: (text) => ["-p", text, "--allow-all-tools", "--continue"],
  leaves: {
    first: ["prompt", "tool_call", "turn_end"],
    resumed: ["session_resume", "prompt", "error", "turn_end"],
    revived: ["session_resume"],
  },
  ends: { reason: "complete" },
};

export const DRIVEN: readonly Agent[] = [claude, codex, gemini, qwen, opencode, copilot];
