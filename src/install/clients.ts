import type { Client } from "../domain/agents.ts";
import { claude } from "./claude.ts";
import type { Installer } from "./client.ts";
import { codex } from "./codex.ts";
import { copilot } from "./copilot.ts";
import { cursor } from "./cursor.ts";
import { droid } from "./droid.ts";
import { gemini } from "./gemini.ts";
import { kimi } from "./kimi.ts";
import { opencode } from "./opencode.ts";
import { qwen } from "./qwen.ts";
import { windsurf } from "./windsurf.ts";

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
