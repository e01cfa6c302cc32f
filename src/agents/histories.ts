import { existsSync } from "node:fs";
import type { Env } from "../settings/environment.ts";
import { AGENT_NAMES, type AgentName } from "./agents.ts";
import { ampHistory } from "./amp/history.ts";
import { claudeHistory } from "./claude/history.ts";
import { clineHistory } from "./cline/history.ts";
import { codexHistory } from "./codex/history.ts";
import { copilotHistory } from "./copilot/history.ts";
import { cursorHistory } from "./cursor/history.ts";
import { droidHistory } from "./droid/history.ts";
import { geminiHistory } from "./gemini/history.ts";
import type { AgentHistory } from "./history/model.ts";
import { kimiHistory } from "./kimi/history.ts";
import { opencodeHistory } from "./opencode/history.ts";
import { qwenHistory } from "./qwen/history.ts";

/** The agents whose transcripts `mm` reads. */
export const HISTORIES: Readonly<Partial<Record<AgentName, AgentHistory>>> = {
  claude: claudeHistory,
  codex: codexHistory,
  gemini: geminiHistory,
  qwen: qwenHistory,
  copilot: copilotHistory,
  opencode: opencodeHistory,
  kimi: kimiHistory,
  cline: clineHistory,
  cursor: cursorHistory,
  droid: droidHistory,
  amp: ampHistory,
};

/** Those of which only the files that others describe were read. */
export const PREVIEWS: readonly AgentName[] = ["cursor", "droid", "amp"];

/** The agents that have a folder of transcripts on this machine, be it an empty one. */
export function agentsWithHistory(env: Env): AgentName[] {
  return AGENT_NAMES.filter((agent) =>
    HISTORIES[agent]?.roots(env).some((root) => existsSync(root)),
  );
}
