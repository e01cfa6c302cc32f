import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { pluginFile } from "./plugin-file.ts";

function folder(places: Places): string {
  return `${folderOf(places, "XDG_CONFIG_HOME", ".config")}/opencode`;
}

export const opencodeSettings: HookSettings = {
  kind: "settings",
  programs: ["opencode"],
  folder,
  file: (scope, places) =>
    `${scope === "user" ? folder(places) : `${places.project}/.opencode`}/plugins/mm.js`,
  editor: pluginFile,
  dialect: null,
  events: { sessions: ["plugin"], activity: ["plugin"] },
  promptEvent: "plugin",
  newerEvents: null,
  notes: [],
  nextSteps: () => [
    "an opencode that is running has to be restarted; the first start with a plugin is slow, since opencode then installs its own dependencies",
  ],
  rival: null,
  obstacles: () => [],
};
