import { hookCommand, shellOf } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import type { HookSettings } from "../../edit/settings.ts";

const SECONDS = 10;

export const cursorSettings: HookSettings = {
  kind: "settings",
  programs: ["cursor", "cursor-agent"],
  folder: (places) => `${places.userHome}/.cursor`,
  file: (scope, places) =>
    `${scope === "user" ? places.userHome : places.project}/.cursor/hooks.json`,
  editor: jsonHooks({
    agent: "cursor",
    group: null,
    topLevel: { version: 1 },
    handler: (event, called) => ({
      type: "command",
      command: hookCommand(shellOf(called.program), {
        ...called,
        agent: "cursor",
        event,
      }),
      timeout: SECONDS,
    }),
  }),
  dialect: null,
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
  newerEvents: null,
  notes: [],
  nextSteps: () => ["restart cursor; a project's hooks run only in a trusted workspace"],
  rival: null,
  obstacles: () => [],
};
