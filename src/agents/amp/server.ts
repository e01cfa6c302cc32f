import { folderOf } from "../../edit/places.ts";
import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";

export const ampServer: ServerSettings = {
  kind: "server",
  programs: ["amp"],
  folder: (places) => `${folderOf(places, "XDG_CONFIG_HOME", ".config")}/amp`,
  file(scope, places) {
    return `${scope === "user" ? this.folder(places) : `${places.project}/.amp`}/settings.json`;
  },
  editor: jsonServers({ key: "amp.mcpServers", entry: serverEntry }),
  nextSteps: () => ["restart amp"],
};
