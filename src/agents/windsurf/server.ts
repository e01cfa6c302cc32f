import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { windsurfSettings } from "./settings.ts";

export const windsurfServer: ServerSettings = {
  kind: "server",
  programs: windsurfSettings.programs,
  folder: windsurfSettings.folder,
  file: (scope, places) =>
    scope === "user" ? `${windsurfSettings.folder(places)}/mcp_config.json` : null,
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => ["refresh the servers in windsurf's settings"],
};
