import root from "../../src/commands.ts";
import { commandsBelow } from "../commands.ts";
import { table } from "../tables.ts";
import { HISTORY_DOCUMENTS } from "./history.ts";
import { HOOK_DOCUMENTS } from "./hooks.ts";
import { READING_DOCUMENTS } from "./reading.ts";
import { type JsonDocument, rows, type Schema } from "./schema.ts";
import { SERVERS_JSON } from "./servers.ts";
import { SESSION_DOCUMENTS } from "./sessions.ts";
import { SYNC_JSON } from "./sync.ts";
import { TIMELINE_DOCUMENTS } from "./timeline.ts";
import { ERROR_DOCUMENT, UPKEEP_DOCUMENTS } from "./upkeep.ts";
import { WHY_DOCUMENT } from "./why.ts";

/** What every command prints with `--json` if it succeeds. */
export const JSON_DOCUMENTS: readonly JsonDocument[] = [
  ...SESSION_DOCUMENTS,
  ...TIMELINE_DOCUMENTS,
  ...READING_DOCUMENTS,
  ...UPKEEP_DOCUMENTS,
  ...HOOK_DOCUMENTS,
  ...SERVERS_JSON,
  ...SYNC_JSON,
  ...HISTORY_DOCUMENTS,
  WHY_DOCUMENT,
];

function body({ example, schema, more }: JsonDocument): string {
  const json = `\`\`\`json\n${JSON.stringify(example)}\n\`\`\`\n`;
  return [
    json,
    table(["key", "type", ""], rows(schema)),
    ...(more === undefined ? [] : [more]),
  ].join("\n");
}

/** A section of docs/json.md for every command, in the tree's order. @throws Error if one has no document */
export async function renderDocuments(): Promise<string> {
  const commands = await commandsBelow([], root);
  const parts = commands
    .filter(({ command }) => "json" in command.mm.args)
    .map(({ path }) => {
      const name = path.join(" ");
      const document = JSON_DOCUMENTS.find(({ command }) => command === name);
      if (document === undefined) throw new Error(`docs/json describes no ${name} --json`);
      return `## ${name} --json\n\n${body(document)}`;
    });
  return parts.join("\n");
}

export function renderErrorDocument(): string {
  return body(ERROR_DOCUMENT);
}

/** The files in docs/schemas, by their names. */
export function schemaFiles(): Map<string, string> {
  const all = [...JSON_DOCUMENTS, ERROR_DOCUMENT];
  return new Map(all.map((each) => [`${each.command.replaceAll(" ", "-")}.json`, file(each)]));
}

function file({ command, schema }: JsonDocument): string {
  const whole: Schema & Readonly<Record<"$schema" | "title", string>> = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: command === "error" ? "A failure of mm with --json" : `mm ${command} --json`,
    ...schema,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}
