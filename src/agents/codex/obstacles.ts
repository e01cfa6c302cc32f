import { jsonAt, splitBom } from "../../edit/json-text.ts";
import type { Look, Obstacle } from "../../edit/settings.ts";
import { realPath } from "../../files/paths.ts";
import { isObject } from "../../text/text.ts";

type Table = Readonly<Record<string, unknown>>;

function tableAt(table: Table, key: string): Table {
  const value = table[key];
  return isObject(value) ? value : {};
}

function off(message: string, fix: string): Obstacle {
  return { kind: "off", message, fix };
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
  return [
    {
      kind: "pending",
      message: `codex runs no hook until you trust it (${events})`,
      fix: 'start codex and choose "Trust all and continue" (later: /hooks)',
      isRefutedByEvents: missing.length === look.entries.length,
    },
  ];
}

const TOP_KEYS = ["description", "hooks"];
const TYPES = ["command", "mcp_tool", "prompt", "agent"];

/** What is wrong with somebody's handler, so that Codex rejects the file, or null. */
function handlerFault(handler: unknown): string | null {
  if (!isObject(handler)) return null;
  const { type, timeout } = handler;
  if (type === undefined) return "has no type";
  if (typeof type !== "string" || !TYPES.includes(type)) {
    return `has the type ${JSON.stringify(type)}`;
  }
  if (timeout === undefined || typeof timeout === "number") return null;
  return "has a timeout that is no number";
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What in the file makes Codex reject all of it. */
function strange(look: Look): Obstacle[] {
  const { file } = look;
  const top = jsonAt(look, file);
  if (!isObject(top)) return [];
  const keys = Object.keys(top).filter((key) => !TOP_KEYS.includes(key));
  const found = keys.map((key) =>
    off(`codex rejects ${file} for its key '${key}'`, `remove the key '${key}' from ${file}`),
  );
  for (const [event, groups] of Object.entries(tableAt(top, "hooks"))) {
    const handlers = listOf(groups).flatMap((group) =>
      isObject(group) ? listOf(group["hooks"]) : [],
    );
    const fault = handlers.map(handlerFault).find((each) => each !== null);
    if (fault === undefined || fault === null) continue;
    const what = `a hook under ${event} in ${file}`;
    found.push(
      off(`codex rejects ${file}: a hook under ${event} ${fault}`, `correct or remove ${what}`),
    );
  }
  return found;
}

function switches(file: string, config: Table): Obstacle[] {
  const features = tableAt(config, "features");
  return ["hooks", "codex_hooks"]
    .filter((name) => features[name] === false)
    .map((name) =>
      off(`features.${name} is false in ${file}`, `set features.${name} to true in ${file}`),
    );
}

/** That `mm` can't read the configuration needn't mean that Codex can't. */
function unreadable(file: string, error: unknown): Obstacle {
  const problem = error instanceof Error ? error.message : String(error);
  const unknown = "mm can't tell whether codex trusts the hooks";
  const message = `${file} can't be read as TOML (${problem}): ${unknown}`;
  return { kind: "pending", message, fix: `correct ${file}: ${problem}` };
}

/** What keeps Codex from running hooks; `configFile` is its config.toml. */
export function codexObstacles(look: Look, configFile: string): Obstacle[] {
  let config: Table;
  try {
    config = Bun.TOML.parse(splitBom(look.read(configFile) ?? "").body) as Table;
  } catch (error) {
    return [unreadable(configFile, error), ...strange(look)];
  }
  return [...switches(configFile, config), ...strange(look), ...untrusted(look, config)];
}
