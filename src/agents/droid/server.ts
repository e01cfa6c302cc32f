import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { droidSettings } from "./settings.ts";

export const droidServer: ServerSettings = {
  kind: "server",
  programs: droidSettings.programs,
  folder: droidSettings.folder,
  file: (scope, places) =>
    `${scope === "user" ? droidSettings.folder(places) : `${places.project}/.factory`}/mcp.json`,
  editor: jsonServers({
    key: "mcpServers",
    entry: (call) => ({ type: "stdio", ...serverEntry(call) }),
  }),
  nextSteps: () => ["restart droid"],
};
