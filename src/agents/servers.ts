import type { ServerInstaller } from "../edit/servers/settings.ts";
import type { AgentName } from "./agents.ts";
import { ampServer } from "./amp/server.ts";
import { claudeServer } from "./claude/server.ts";
import { clineServer } from "./cline/server.ts";
import { codexServer } from "./codex/server.ts";
import { copilotServer } from "./copilot/server.ts";
import { cursorServer } from "./cursor/server.ts";
import { droidServer } from "./droid/server.ts";
import { geminiServer } from "./gemini/server.ts";
import { kimiServer } from "./kimi/server.ts";
import { opencodeServer } from "./opencode/server.ts";
import { qwenServer } from "./qwen/server.ts";
import { windsurfServer } from "./windsurf/server.ts";

/** Where each agent looks for servers. */
export const SERVERS: Readonly<Record<AgentName, ServerInstaller>> = {
  claude: claudeServer,
  codex: codexServer,
  gemini: geminiServer,
  copilot: copilotServer,
  qwen: qwenServer,
  opencode: opencodeServer,
  cursor: cursorServer,
  vscode: { kind: "none", because: "VS Code reads the servers of copilot: install that one" },
  droid: droidServer,
  kimi: kimiServer,
  windsurf: windsurfServer,
  cline: clineServer,
  amp: ampServer,
};
