import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fetchPackage, fetchTree } from "../../tests/clients/packages.ts";
import { builtPeers } from "./build-peers.ts";

/** The hooks of another program in Claude Code. */
export interface OtherHooks {
  /** By their path in the user's home. */
  readonly files: Readonly<Record<string, string>>;
  /** What the agent's environment says beside the usual. */
  readonly env: Readonly<Record<string, string>>;
}

const CLAUDE_MEM = ["claude-mem", "13.25.3"] as const;
/** Of what its hooks could use, they load these. */
const CLAUDE_MEM_NEEDS = ["zod@4.4.3", "shell-quote@1.9.0"];
/** Neither a vector database nor statistics: both want the network. */
const CLAUDE_MEM_SETTINGS = {
  CLAUDE_MEM_WORKER_PORT: "47831",
  CLAUDE_MEM_CHROMA_ENABLED: "false",
  CLAUDE_MEM_TELEMETRY: "false",
};

const SETTINGS = ".claude/settings.json";

function command(text: string, more: object = {}): object {
  return { hooks: [{ type: "command", command: text }], ...more };
}

/** What cst's plugin for Claude Code has. */
function cst(program: string): OtherHooks {
  const run = (word: string) => [command(`${program} hook ${word}`)];
  const hooks = {
    SessionStart: run("session-start"),
    UserPromptSubmit: run("prompt"),
    SessionEnd: run("session-end"),
  };
  return { files: { [SETTINGS]: JSON.stringify({ hooks }) }, env: {} };
}

/** atuin looks for nothing in the network. */
export const ATUIN_FILES = {
  ".atuin/config.toml": "auto_sync = false\nupdate_check = false\n",
};

/** What `atuin hook install claude-code` writes. */
function atuin(program: string): OtherHooks {
  const run = [command(`${program} hook claude-code`, { matcher: "^Bash$" })];
  const hooks = { PreToolUse: run, PostToolUse: run, PostToolUseFailure: run };
  return { files: { ...ATUIN_FILES, [SETTINGS]: JSON.stringify({ hooks }) }, env: {} };
}

/** What claude-mem's plugin has; Claude Code waits for some of it. */
async function claudeMem(): Promise<OtherHooks> {
  const plugin = `${await fetchPackage(...CLAUDE_MEM)}/package/plugin`;
  const needs = await fetchTree("claude-mem-needs", CLAUDE_MEM_NEEDS);
  const { hooks } = JSON.parse(readFileSync(`${plugin}/hooks/hooks.json`, "utf8"));
  const files = {
    [SETTINGS]: JSON.stringify({ hooks }),
    ".claude-mem/settings.json": JSON.stringify(CLAUDE_MEM_SETTINGS),
  };
  return { files, env: { CLAUDE_PLUGIN_ROOT: plugin, NODE_PATH: `${needs}/node_modules` } };
}

/**
 * The hooks of other programs that can be had here, by their names.
 * @param given programs that are there already
 */
export async function otherHooks(
  given: ReadonlyMap<string, string>,
): Promise<Map<string, OtherHooks>> {
  const { programs } = builtPeers(`${tmpdir()}/mm-bench-peers`, given);
  const found = new Map<string, OtherHooks>();
  for (const [name, hooksOf] of Object.entries({ cst, atuin })) {
    const program = programs.get(name);
    if (program !== undefined) found.set(name, hooksOf(program));
  }
  try {
    found.set("claude-mem", await claudeMem());
  } catch (error) {
    console.log(`claude-mem: ${error}`);
  }
  return found;
}
