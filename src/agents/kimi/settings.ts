import { folderOf } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { tomlHooks } from "../../edit/toml-hooks.ts";
import { claudeLike } from "../claude-like.ts";

export const kimiSettings: HookSettings = {
  ...claudeLike({
    agent: "kimi",
    folder: (places) => folderOf(places, "KIMI_CODE_HOME", ".kimi-code"),
    path: [".kimi-code", "config.toml"],
    editor: tomlHooks({ agent: "kimi", timeout: 10 }),
    dialect: null,
    activity: [
      "PostToolUse",
      "PostToolUseFailure",
      "SubagentStart",
      "SubagentStop",
      "Stop",
      "PreCompact",
      "Notification",
    ],
  }),
  newerEvents: null,
  notes: [],
  nextSteps: () => ["a kimi that is running has to be restarted"],
  rival: null,
  obstacles: () => [],
};
