import type { ServerSettings } from "../../edit/servers/settings.ts";
import { tomlServers } from "../../edit/servers/toml.ts";
import { codexSettings } from "./settings.ts";

export const codexServer: ServerSettings = {
  kind: "server",
  programs: codexSettings.programs,
  folder: codexSettings.folder,
  file: (scope, places) =>
    scope === "user"
      ? `${codexSettings.folder(places)}/config.toml`
      : `${places.project}/.codex/config.toml`,
  // Of the environment it hands on little more than HOME and PATH by itself.
  editor: tomlServers({
    key: "mcp_servers",
    handedOn: ["MM_HOME", "MM_DB", "MEMTOMEM_STORAGE__SQLITE_PATH", "MM_SESSION_ID"],
  }),
  nextSteps: (scope) => [
    ...(scope === "project" ? ["codex reads a project's settings only where you trust it"] : []),
    "restart codex",
  ],
};
