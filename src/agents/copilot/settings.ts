import { hookCommand, runsOnWindows } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { offIn } from "../../edit/json-text.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";

const SECONDS = 10;

function folder(places: Places): string {
  return folderOf(places, "COPILOT_HOME", ".copilot");
}

export const copilotSettings: HookSettings = {
  kind: "settings",
  programs: ["copilot"],
  folder,
  file: (scope, places) =>
    scope === "user"
      ? `${folder(places)}/hooks/mm.json`
      : `${places.project}/.github/hooks/mm.json`,
  editor: jsonHooks({
    agent: "copilot",
    group: null,
    topLevel: { version: 1 },
    isOwnFile: true,
    handler(event, called) {
      const call = { ...called, agent: "copilot", event };
      return {
        type: "command",
        bash: hookCommand("posix", call),
        ...(runsOnWindows(called.program) ? { powershell: hookCommand("powershell", call) } : {}),
        timeoutSec: SECONDS,
      };
    },
  }),
  dialect: null,
  events: {
    sessions: ["sessionStart", "sessionEnd"],
    activity: [
      "sessionStart",
      "sessionEnd",
      "userPromptSubmitted",
      "postToolUse",
      "subagentStart",
      "subagentStop",
      "agentStop",
      "notification",
    ],
  },
  promptEvent: "userPromptSubmitted",
  newerEvents: null,
  notes: [],
  nextSteps: (scope) =>
    scope === "user"
      ? ["a copilot that is running has to be restarted"]
      : ["copilot runs a repository's hooks only in folders that you trust"],
  rival: null,
  obstacles: (look) =>
    offIn(
      look,
      [look.file, `${folder(look.places)}/settings.json`, `${folder(look.places)}/config.json`],
      ["disableAllHooks"],
      true,
    ),
};
