import { jsonAt, offIn, switchedOff } from "../../edit/json-text.ts";
import type { Look, Obstacle } from "../../edit/settings.ts";
import { isObject } from "../../text/text.ts";

const MANAGED = "/etc/claude-code/managed-settings";

/** With a value of another type Claude Code rejects the whole file. */
const TYPES: Readonly<Record<string, "object" | "string" | "number" | "boolean">> = {
  permissions: "object",
  env: "object",
  model: "string",
  cleanupPeriodDays: "number",
  disableAllHooks: "boolean",
};

function managedFiles(look: Look): string[] {
  const names = look.list(`${MANAGED}.d`).filter((name) => /^[^.].*\.json$/u.test(name));
  return [`${MANAGED}.json`, ...names.map((name) => `${MANAGED}.d/${name}`)];
}

/** Of the administrator's files the last that says something counts. */
function offByPolicy(look: Look, key: string): Obstacle[] {
  const last = managedFiles(look).findLast((file) => typeof jsonAt(look, file, key) === "boolean");
  if (last === undefined || jsonAt(look, last, key) === false) return [];
  return [switchedOff(last, key, true)];
}

function wrongTypes(look: Look): Obstacle[] {
  return Object.entries(TYPES).flatMap(([key, type]): Obstacle[] => {
    const value = jsonAt(look, look.file, key);
    if (value === undefined || value === null) return [];
    if (type === "object" ? isObject(value) : typeof value === type) return [];
    const noun = `${type === "object" ? "an" : "a"} ${type}`;
    return [
      {
        kind: "off",
        message: `claude rejects ${look.file}: ${key} is not ${noun}`,
        fix: `make ${key} ${noun} in ${look.file}, or remove it`,
      },
    ];
  });
}

/** What keeps Claude Code from running hooks; `files` are the settings that it reads beside the policies. */
export function claudeObstacles(look: Look, files: readonly string[]): Obstacle[] {
  return [
    ...wrongTypes(look),
    ...offIn(look, files, ["disableAllHooks"], true),
    ...offByPolicy(look, "disableAllHooks"),
    ...offByPolicy(look, "allowManagedHooksOnly"),
  ];
}
