import type { HookSettings } from "../../edit/settings.ts";
import { claudeEntries, claudeLike } from "../claude-like.ts";

const SECONDS = 10;

export const droidSettings: HookSettings = {
  ...claudeLike({
    agent: "droid",
    folder: (places) => `${places.userHome}/.factory`,
    path: [".factory", "hooks.json"],
    editor: claudeEntries({ agent: "droid", timeout: () => SECONDS, namesShell: false }),
    dialect: null,
    activity: ["PostToolUse", "SubagentStop", "Stop", "PreCompact", "Notification"],
  }),
  newerEvents: null,
  notes: [],
  nextSteps: () => ["look at the hooks once with /hooks in droid"],
  rival: null,
  obstacles: () => [],
};
