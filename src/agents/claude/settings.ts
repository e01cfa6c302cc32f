import { jsonAt } from "../../edit/json-text.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { claudeEntries, claudeLike } from "../claude-like.ts";
import { claudeObstacles } from "./obstacles.ts";

const SECONDS = 10;
/** An explicit timeout raises the 1.5 seconds that all hooks at the end share. */
const SECONDS_AT_END = 5;

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

export const claudeSettings: HookSettings = {
  ...claudeLike({
    agent: "claude",
    folder,
    path: [".claude", "settings.json"],
    editor: claudeEntries({
      agent: "claude",
      timeout: (event) => (event === "SessionEnd" ? SECONDS_AT_END : SECONDS),
      namesShell: true,
    }),
    dialect: { comments: false, trailingCommas: false, byteOrderMark: true },
    activity: [
      "PostToolUse",
      "PostToolUseFailure",
      "SubagentStart",
      "SubagentStop",
      "Stop",
      "StopFailure",
      "Notification",
    ],
  }),
  formerEvents: ["PreCompact"],
  newerEvents: {
    argv: ["claude", "--version"],
    pattern: /^(\d+)\.(\d+)\.(\d+).*\(Claude Code\)/u,
    since: { SubagentStart: [2, 0, 43], PostToolUseFailure: [2, 1, 50], StopFailure: [2, 1, 78] },
  },
  notes: [],
  nextSteps: () => ["claude only runs hooks in folders you trust; it asks when you start it there"],
  rival({ places, read }) {
    for (const file of settingsFiles(places)) {
      const plugins = jsonAt({ read }, file, "enabledPlugins");
      if (typeof plugins !== "object" || plugins === null) continue;
      const on = Object.entries(plugins).find(([name, value]) => /^mm@/u.test(name) && value);
      if (on !== undefined) return `the plugin ${on[0]} is enabled in ${file}`;
    }
    return null;
  },
  obstacles: (look) => claudeObstacles(look, settingsFiles(look.places)),
};
