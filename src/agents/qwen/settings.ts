import { hookCommand, isWindowsPath } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { offIn } from "../../edit/json-text.ts";
import type { HookSettings } from "../../edit/settings.ts";

/** Qwen reads numbers of 1000 and more as milliseconds. */
const SECONDS = 10;

export const qwen: HookSettings = {
  kind: "settings",
  programs: ["qwen"],
  folder: (places) => `${places.userHome}/.qwen`,
  file: (scope, places) =>
    `${scope === "user" ? places.userHome : places.project}/.qwen/settings.json`,
  editor: jsonHooks({
    client: "qwen",
    group: {},
    handler(event, program) {
      const isWindows = isWindowsPath(program);
      const shell = isWindows ? "powershell" : "posix";
      return {
        type: "command",
        command: hookCommand(shell, { program, client: "qwen", event }),
        ...(isWindows ? { shell } : {}),
        timeout: SECONDS,
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
      "Stop",
    ],
  },
  promptEvent: "UserPromptSubmit",
  nextSteps: (scope) =>
    scope === "user"
      ? []
      : ["qwen reads a project's settings only in a folder that you have told it to trust"],
  obstacles(look) {
    const files = [...new Set([this.file("user", look.places), this.file("project", look.places)])];
    return [
      ...offIn(look, files, ["disableAllHooks"], true),
      ...offIn(look, files, ["hooksConfig", "enabled"], false),
    ];
  },
};
