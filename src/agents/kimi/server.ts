import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { kimiSettings } from "./settings.ts";

export const kimiServer: ServerSettings = {
  kind: "server",
  programs: kimiSettings.programs,
  folder: kimiSettings.folder,
  file: (scope, places) =>
    `${scope === "user" ? kimiSettings.folder(places) : `${places.project}/.kimi-code`}/mcp.json`,
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => ["restart kimi"],
};
