import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { geminiSettings } from "./settings.ts";

export const geminiServer: ServerSettings = {
  kind: "server",
  programs: geminiSettings.programs,
  folder: geminiSettings.folder,
  file: (scope, places) => geminiSettings.file(scope, places),
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => [
    'gemini asks before each call, and offers no tool where nobody can be asked; with "trust": true in the entry it doesn\'t ask',
    "restart gemini",
  ],
};
