import { hookCommand, shellOf } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { jsonAt, offIn } from "../../edit/json-text.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings, Obstacle } from "../../edit/settings.ts";

const MILLISECONDS = 10_000;
/** Gemini waits for its hooks when it exits. */
const MILLISECONDS_AT_END = 2000;
const NAME = "mm";

function folder(places: Places): string {
  return `${folderOf(places, "GEMINI_CLI_HOME", "").replace(/\/$/u, "")}/.gemini`;
}

export const geminiSettings: HookSettings = {
  kind: "settings",
  programs: ["gemini"],
  folder,
  file: (scope, places) =>
    `${scope === "user" ? folder(places) : `${places.project}/.gemini`}/settings.json`,
  editor: jsonHooks({
    agent: "gemini",
    group: { matcher: "" },
    // After what it tells at its exit Gemini prints three lines; that it is gone is told by its process.
    matchers: { SessionEnd: "clear" },
    handler: (event, called) => ({
      name: NAME,
      type: "command",
      command: hookCommand(shellOf(called.program), {
        ...called,
        agent: "gemini",
        event,
      }),
      timeout: event === "SessionEnd" ? MILLISECONDS_AT_END : MILLISECONDS,
    }),
  }),
  // With anything else it doesn't start at all.
  dialect: { comments: true, trailingCommas: false, byteOrderMark: false },
  events: {
    sessions: ["SessionStart", "SessionEnd"],
    activity: [
      "SessionStart",
      "SessionEnd",
      "BeforeAgent",
      "AfterAgent",
      "AfterTool",
      "Notification",
    ],
  },
  promptEvent: "BeforeAgent",
  newerEvents: null,
  notes: [],
  nextSteps: () => ["gemini only runs hooks from settings in folders you trust"],
  rival: null,
  obstacles(look) {
    const files = [look.file, this.file("user", look.places), this.file("project", look.places)];
    const unique = [...new Set(files)];
    const disabled = unique.filter((file) => {
      const names = jsonAt(look, file, "hooksConfig", "disabled");
      return Array.isArray(names) && names.includes(NAME);
    });
    return [
      ...offIn(look, unique, ["hooksConfig", "enabled"], false),
      ...disabled.map(
        (file): Obstacle => ({
          kind: "off",
          message: `hooksConfig.disabled names ${NAME} in ${file}`,
          fix: `take "${NAME}" out of hooksConfig.disabled in ${file}`,
        }),
      ),
    ];
  },
};
