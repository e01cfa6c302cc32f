import type { Installer } from "../edit/settings.ts";
import type { AgentName } from "./agents.ts";
import { claudeSettings } from "./claude/settings.ts";
import { codexSettings } from "./codex/settings.ts";
import { copilotSettings } from "./copilot/settings.ts";
import { cursorSettings } from "./cursor/settings.ts";
import { droidSettings } from "./droid/settings.ts";
import { geminiSettings } from "./gemini/settings.ts";
import { kimiSettings } from "./kimi/settings.ts";
import { opencodeSettings } from "./opencode/settings.ts";
import { qwenSettings } from "./qwen/settings.ts";
import { windsurfSettings } from "./windsurf/settings.ts";

/** The settings of every agent whose hooks `mm` understands. */
export const INSTALLERS: Readonly<Record<AgentName, Installer>> = {
  claude: claudeSettings,
  codex: codexSettings,
  gemini: geminiSettings,
  copilot: copilotSettings,
  qwen: qwenSettings,
  opencode: opencodeSettings,
  cursor: cursorSettings,
  vscode: {
    kind: "none",
    because: "VS Code reads the hooks of claude and copilot: install those",
  },
  droid: droidSettings,
  kimi: kimiSettings,
  windsurf: windsurfSettings,
  cline: { kind: "none", because: "Cline takes one script per event, which mm does not write yet" },
  amp: { kind: "none", because: "Amp takes a plugin, which mm does not write yet" },
};
