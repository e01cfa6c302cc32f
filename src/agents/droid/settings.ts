import { hookCommand, isWindowsPath } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import type { HookSettings } from "../../edit/settings.ts";

const SECONDS = 10;

export const droid: HookSettings = {
  kind: "settings",
  programs: ["droid"],
  folder: (places) => `${places.userHome}/.factory`,
  file: (scope, places) =>
    `${scope === "user" ? places.userHome : places.project}/.factory/hooks.json`,
  editor: jsonHooks({
    client: "droid",
    group: {},
    handler: (event, program) => ({
      type: "command",
      command: hookCommand(isWindowsPath(program) ? "powershell" : "posix", {
        program,
        client: "droid",
        event,
      }),
      timeout: SECONDS,
    }),
  }),
  events: {
    sessions: ["SessionStart", "SessionEnd"],
    activity: [
      "SessionStart",
      "SessionEnd",
      "UserPromptSubmit",
      "PostToolUse",
      "SubagentStop",
      "Stop",
      "PreCompact",
      "Notification",
    ],
  },
  promptEvent: "UserPromptSubmit",
  nextSteps: () => ["look at the hooks once with /hooks in droid"],
  obstacles: () => [],
};
