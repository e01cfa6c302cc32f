import type { Installer } from "../edit/settings.ts";
import type { Client } from "./agents.ts";
import { claude } from "./claude/settings.ts";
import { codex } from "./codex/settings.ts";
import { copilot } from "./copilot/settings.ts";
import { cursor } from "./cursor/settings.ts";
import { droid } from "./droid/settings.ts";
import { gemini } from "./gemini/settings.ts";
import { kimi } from "./kimi/settings.ts";
import { opencode } from "./opencode/settings.ts";
import { qwen } from "./qwen/settings.ts";
import { windsurf } from "./windsurf/settings.ts";

/** The settings of every agent whose hooks `mm` understands. */
export const INSTALLERS: Readonly<Record<Client, Installer>> = {
  claude,
  codex,
  gemini,
  copilot,
  qwen,
  opencode,
  cursor,
  vscode: {
    kind: "none",
    because: "VS Code reads the hooks of claude and copilot: install those",
  },
  droid,
  kimi,
  windsurf,
  cline: { kind: "none", because: "Cline takes one script an event, which mm does not write yet" },
  amp: { kind: "none", because: "Amp takes a plugin, which mm does not write yet" },
};
