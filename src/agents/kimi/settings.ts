import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { tomlHooks } from "../../edit/toml-hooks.ts";

function folder(places: Places): string {
  return folderOf(places, "KIMI_CODE_HOME", ".kimi-code");
}

export const kimi: HookSettings = {
  kind: "settings",
  programs: ["kimi"],
  folder,
  file: (scope, places) =>
    `${scope === "user" ? folder(places) : `${places.project}/.kimi-code`}/config.toml`,
  editor: tomlHooks({ client: "kimi", timeout: 10 }),
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
  nextSteps: () => ["a kimi that is running has to be restarted"],
  obstacles: () => [],
};
