import { existsSync } from "node:fs";
import { environmentFor, wordsFor } from "../../edit/servers/editor.ts";
import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { opencodeSettings } from "./settings.ts";

export const opencodeServer: ServerSettings = {
  kind: "server",
  programs: opencodeSettings.programs,
  folder: opencodeSettings.folder,
  file(scope, places) {
    const folder = scope === "user" ? opencodeSettings.folder(places) : places.project;
    const file = `${folder}/opencode.json`;
    return existsSync(`${file}c`) ? `${file}c` : file;
  },
  editor: jsonServers({
    key: "mcp",
    entry: (call) => ({
      type: "local",
      command: wordsFor(call),
      enabled: true,
      environment: environmentFor(call),
    }),
  }),
  nextSteps: () => ["restart opencode"],
};
