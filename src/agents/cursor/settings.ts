import { hookCommand, isWindowsPath } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import type { HookSettings } from "../../edit/settings.ts";

const SECONDS = 10;

export const cursor: HookSettings = {
  kind: "settings",
  programs: ["cursor", "cursor-agent"],
  folder: (places) => `${places.userHome}/.cursor`,
  file: (scope, places) =>
    `${scope === "user" ? places.userHome : places.project}/.cursor/hooks.json`,
  editor: jsonHooks({
    client: "cursor",
    group: null,
    topLevel: { version: 1 },
    handler: (event, program) => ({
      type: "command",
      command: hookCommand(isWindowsPath(program) ? "powershell" : "posix", {
        program,
        client: "cursor",
        event,
      }),
      timeout: SECONDS,
    }),
  }),
  events: {
    sessions: ["sessionStart", "sessionEnd"],
    activity: [
      "sessionStart",
      "sessionEnd",
      "beforeSubmitPrompt",
      "postToolUse",
      "postToolUseFailure",
      "stop",
    ],
  },
  promptEvent: "beforeSubmitPrompt",
  nextSteps: () => ["restart cursor; a project's hooks run only in a trusted workspace"],
  obstacles: () => [],
};
