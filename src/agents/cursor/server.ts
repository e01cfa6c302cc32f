import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { cursorSettings } from "./settings.ts";

export const cursorServer: ServerSettings = {
  kind: "server",
  programs: cursorSettings.programs,
  folder: cursorSettings.folder,
  file: (scope, { userHome, project }) =>
    `${scope === "user" ? userHome : project}/.cursor/mcp.json`,
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => ["turn mm on in cursor's settings, under MCP"],
};
