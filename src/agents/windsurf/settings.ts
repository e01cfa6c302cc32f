import { hookCommand, runsOnWindows } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import type { HookSettings } from "../../edit/settings.ts";

export const windsurfSettings: HookSettings = {
  kind: "settings",
  programs: ["windsurf"],
  folder: (places) => `${places.userHome}/.codeium/windsurf`,
  file: (scope, places) =>
    scope === "user"
      ? `${places.userHome}/.codeium/windsurf/hooks.json`
      : `${places.project}/.windsurf/hooks.json`,
  editor: jsonHooks({
    agent: "windsurf",
    group: null,
    handler(event, called) {
      const call = { ...called, agent: "windsurf", event };
      return {
        command: hookCommand("posix", call),
        ...(runsOnWindows(called.program) ? { powershell: hookCommand("powershell", call) } : {}),
        show_output: false,
      };
    },
  }),
  dialect: null,
  events: {
    sessions: ["pre_user_prompt", "post_cascade_response"],
    activity: [
      "pre_user_prompt",
      "post_cascade_response",
      "post_write_code",
      "post_run_command",
      "post_mcp_tool_use",
    ],
  },
  promptEvent: "pre_user_prompt",
  newerEvents: null,
  notes: [],
  nextSteps: () => ["restart windsurf"],
  rival: null,
  obstacles: () => [],
};
