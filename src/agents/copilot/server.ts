import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { copilotSettings } from "./settings.ts";

export const copilotServer: ServerSettings = {
  kind: "server",
  programs: copilotSettings.programs,
  folder: copilotSettings.folder,
  file: (scope, places) =>
    scope === "user" ? `${copilotSettings.folder(places)}/mcp-config.json` : null,
  editor: jsonServers({
    key: "mcpServers",
    entry: (call) => ({ type: "local", ...serverEntry(call), tools: ["*"] }),
  }),
  nextSteps: () => ["restart copilot; it asks before it notes something down"],
};
