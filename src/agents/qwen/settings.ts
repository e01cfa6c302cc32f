import { offIn } from "../../edit/json-text.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { claudeEntries, claudeLike } from "../claude-like.ts";

/** Qwen reads numbers of 1000 and more as milliseconds. */
const SECONDS = 10;

export const qwenSettings: HookSettings = {
  ...claudeLike({
    agent: "qwen",
    folder: (places) => `${places.userHome}/.qwen`,
    path: [".qwen", "settings.json"],
    editor: claudeEntries({ agent: "qwen", timeout: () => SECONDS, namesShell: true }),
    dialect: { comments: true, trailingCommas: false, byteOrderMark: true },
    activity: ["PostToolUse", "PostToolUseFailure", "Stop", "Notification"],
  }),
  newerEvents: null,
  notes: [],
  nextSteps: (scope) =>
    scope === "user" ? [] : ["qwen reads a project's settings only in folders that you trust"],
  rival: null,
  obstacles(look) {
    const files = [...new Set([this.file("user", look.places), this.file("project", look.places)])];
    return [
      ...offIn(look, files, ["disableAllHooks"], true),
      ...offIn(look, files, ["hooksConfig", "enabled"], false),
    ];
  },
};
