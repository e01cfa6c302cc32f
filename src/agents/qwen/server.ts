import { jsonServers } from "../../edit/servers/json.ts";
import type { ServerSettings } from "../../edit/servers/settings.ts";
import { serverEntry } from "../server-entry.ts";
import { qwenSettings } from "./settings.ts";

export const qwenServer: ServerSettings = {
  kind: "server",
  programs: qwenSettings.programs,
  folder: qwenSettings.folder,
  file: (scope, places) => qwenSettings.file(scope, places),
  editor: jsonServers({ key: "mcpServers", entry: serverEntry }),
  nextSteps: () => [
    "qwen asks before each call, and refuses where nobody can be asked",
    "restart qwen",
  ],
};
