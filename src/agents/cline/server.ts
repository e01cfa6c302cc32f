import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";

export const clineServer: ServerSettings = {
  kind: "server",
  programs: ["cline"],
  folder: (places) => `${places.userHome}/.cline`,
  file: (scope, { env, userHome }) =>
    scope === "user"
      ? env["CLINE_MCP_SETTINGS_PATH"] || `${userHome}/.cline/data/settings/cline_mcp_settings.json`
      : null,
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => [
    "restart cline; where it starts its servers outside of your project, add --project and the folder to args",
  ],
};
