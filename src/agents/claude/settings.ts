import { hookCommand, isWindowsPath } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { jsonAt, offIn } from "../../edit/json-text.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";

const SECONDS = 10;
/** An explicit timeout raises the 1.5 seconds that all hooks at the end share. */
const SECONDS_AT_END = 5;
const MANAGED = "/etc/claude-code/managed-settings.json";

function folder(places: Places): string {
  return folderOf(places, "CLAUDE_CONFIG_DIR", ".claude");
}

function settingsFiles(places: Places): string[] {
  return [
    `${folder(places)}/settings.json`,
    `${places.project}/.claude/settings.json`,
    `${places.project}/.claude/settings.local.json`,
  ];
}

export const claude: HookSettings = {
  kind: "settings",
  programs: ["claude"],
  folder,
  file: (scope, places) =>
    scope === "user"
      ? `${folder(places)}/settings.json`
      : `${places.project}/.claude/settings.json`,
  editor: jsonHooks({
    client: "claude",
    group: {},
    handler(event, program) {
      const isWindows = isWindowsPath(program);
      const shell = isWindows ? "powershell" : "posix";
      return {
        type: "command",
        command: hookCommand(shell, { program, client: "claude", event }),
        ...(isWindows ? { shell } : {}),
        timeout: event === "SessionEnd" ? SECONDS_AT_END : SECONDS,
      };
    },
  }),
  events: {
    sessions: ["SessionStart", "SessionEnd"],
    activity: [
      "SessionStart",
      "SessionEnd",
      "UserPromptSubmit",
      "PostToolUse",
      "PostToolUseFailure",
      "SubagentStart",
      "SubagentStop",
      "Stop",
      "PreCompact",
      "Notification",
    ],
  },
  promptEvent: "UserPromptSubmit",
  newerEvents: {
    argv: ["claude", "--version"],
    pattern: /^(\d+)\.(\d+)\.(\d+).*\(Claude Code\)/u,
    since: { SubagentStart: [2, 0, 43], PostToolUseFailure: [2, 1, 50] },
  },
  nextSteps: () => [
    "an interactive claude runs hooks only in a folder that you have told it to trust",
  ],
  rival({ places, read }) {
    for (const file of settingsFiles(places)) {
      const plugins = jsonAt({ read }, file, "enabledPlugins");
      if (typeof plugins !== "object" || plugins === null) continue;
      const on = Object.entries(plugins).find(([name, value]) => /^mm@/u.test(name) && value);
      if (on !== undefined) return `the plugin ${on[0]} is enabled in ${file}`;
    }
    return null;
  },
  obstacles: (look) => [
    ...offIn(look, [...settingsFiles(look.places), MANAGED], ["disableAllHooks"], true),
    ...offIn(look, [MANAGED], ["allowManagedHooksOnly"], true),
  ],
};
