import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { claudeSettings } from "./settings.ts";

export const claudeServer: ServerSettings = {
  kind: "server",
  programs: claudeSettings.programs,
  folder: claudeSettings.folder,
  file(scope, { env, userHome, project }) {
    if (scope === "project") return `${project}/.mcp.json`;
    return `${env["CLAUDE_CONFIG_DIR"] || userHome}/.claude.json`;
  },
  editor: jsonServers({
    key: "mcpServers",
    within: "projects",
    entry: (call) => ({ type: "stdio", ...serverEntry(call) }),
  }),
  nextSteps: (scope) => [
    ...(scope === "project" ? ["claude asks each person to trust the project's servers"] : []),
    'claude asks before it searches, and refuses with --print; to allow it, put "mcp__mm__search_sessions" and "mcp__mm__show_session" into permissions.allow of its settings',
    "restart claude",
  ],
};
