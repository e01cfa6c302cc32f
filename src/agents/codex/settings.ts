import { hookCommand, runsOnWindows } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings } from "../../edit/settings.ts";
import { claudeLike } from "../claude-like.ts";
import { codexObstacles } from "./obstacles.ts";

const SECONDS = 10;
/** More than this Codex cuts down, for these events, with a warning at every start. */
const SECONDS_AT_END = 3;
const AT_END = ["SessionEnd", "Interrupt"];

function folder(places: Places): string {
  return folderOf(places, "CODEX_HOME", ".codex");
}

export const codexSettings: HookSettings = {
  ...claudeLike({
    agent: "codex",
    folder,
    path: [".codex", "hooks.json"],
    editor: jsonHooks({
      agent: "codex",
      group: {},
      handler(event, called) {
        const call = { ...called, agent: "codex", event };
        return {
          type: "command",
          // It runs in whatever shell the user logs in with.
          command: hookCommand("any-posix", call),
          ...(runsOnWindows(called.program) ? { commandWindows: hookCommand("cmd", call) } : {}),
          timeout: AT_END.includes(event) ? SECONDS_AT_END : SECONDS,
        };
      },
    }),
    dialect: { comments: false, trailingCommas: false, byteOrderMark: false },
    activity: ["Stop", "Interrupt", "PermissionRequest"],
  }),
  newerEvents: null,
  notes: ["codex exec prints two lines on stderr for each of these events except SessionEnd"],
  nextSteps: () => [
    'start codex and choose "Trust all and continue" (later: /hooks); until then it runs no hook, and codex exec does not say so',
  ],
  rival: null,
  obstacles: (look) => codexObstacles(look, `${folder(look.places)}/config.toml`),
};
