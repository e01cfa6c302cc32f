import { hookCommand, runsOnWindows } from "../../edit/hook-command.ts";
import { jsonHooks } from "../../edit/json-hooks.ts";
import { jsonAt } from "../../edit/json-text.ts";
import { folderOf, type Places } from "../../edit/places.ts";
import type { HookSettings, Look, Obstacle } from "../../edit/settings.ts";
import { realPath } from "../../files/paths.ts";
import { claudeLike } from "../claude-like.ts";

const SECONDS = 10;
/** More than this Codex cuts down, with a warning at every start. */
const SECONDS_AT_END = 3;

function folder(places: Places): string {
  return folderOf(places, "CODEX_HOME", ".codex");
}

type Table = Readonly<Record<string, unknown>>;

function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function configOf(look: Look): Table {
  try {
    return Bun.TOML.parse(look.read(`${folder(look.places)}/config.toml`) ?? "") as Table;
  } catch {
    return {};
  }
}

function tableAt(table: Table, key: string): Table {
  const value = table[key];
  return isTable(value) ? value : {};
}

function snakeCase(event: string): string {
  return event.replace(/(?<=[a-z])(?=[A-Z])/gu, "_").toLowerCase();
}

/** Codex runs a hook only once its place in the file stands among the trusted ones. */
function untrusted(look: Look, config: Table): Obstacle[] {
  const state = tableAt(tableAt(config, "hooks"), "state");
  const files = [look.file, realPath(look.file)];
  const missing = look.entries.filter(({ event, place }) => {
    const keys = files.map((file) => `${file}:${snakeCase(event)}:${place}`);
    return keys.every((key) => typeof tableAt(state, key)["trusted_hash"] !== "string");
  });
  if (missing.length === 0) return [];
  const events = missing.map(({ event }) => event).join(", ");
  return [{ kind: "pending", message: `codex has yet to be told to trust the hooks (${events})` }];
}

function switches(look: Look, config: Table): Obstacle[] {
  const features = tableAt(config, "features");
  const off = ["hooks", "codex_hooks"].filter((name) => features[name] === false);
  const file = `${folder(look.places)}/config.toml`;
  const known = ["description", "hooks"];
  const top = jsonAt(look, look.file);
  const strange = isTable(top) ? Object.keys(top).filter((key) => !known.includes(key)) : [];
  return [
    ...off.map(
      (name) => ({ kind: "off", message: `features.${name} is false in ${file}` }) as const,
    ),
    ...strange.map(
      (key) =>
        ({ kind: "off", message: `codex rejects ${look.file} for its key '${key}'` }) as const,
    ),
  ];
}

export const codexSettings: HookSettings = {
  ...claudeLike({
    client: "codex",
    folder,
    path: [".codex", "hooks.json"],
    editor: jsonHooks({
      client: "codex",
      group: {},
      handler(event, program) {
        const call = { program, client: "codex", event };
        return {
          type: "command",
          // It runs in whatever shell the user logs in with.
          command: hookCommand("any-posix", call),
          ...(runsOnWindows(program) ? { commandWindows: hookCommand("cmd", call) } : {}),
          timeout: event === "SessionEnd" ? SECONDS_AT_END : SECONDS,
        };
      },
    }),
    activity: ["Stop"],
  }),
  newerEvents: null,
  notes: ["codex exec prints two lines on stderr for each of these events but SessionEnd"],
  nextSteps: () => [
    "start codex and choose to trust the hooks (later: /hooks); until then it runs none, and codex exec says nothing of it",
  ],
  rival: null,
  obstacles(look) {
    const config = configOf(look);
    return [...switches(look, config), ...untrusted(look, config)];
  },
};
