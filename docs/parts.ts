import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { renderAgentNames, renderAgents } from "./agents.ts";
import {
  renderAgentVariables,
  renderDrop,
  renderErrors,
  renderExits,
  renderFiles,
  renderOwnVariables,
  renderSettings,
  renderTables,
} from "./facts.ts";
import { renderInstall, renderShortInstall } from "./install.ts";
import { renderDocuments, renderErrorDocument, schemaFiles } from "./json/documents.ts";
import { renderReference } from "./reference.ts";

const ROOT = `${import.meta.dir}/..`;

/** A place in a document between two comments with its name. */
interface Place {
  readonly file: string;
  readonly name: string;
}

/** A generated part of a document. */
interface Part extends Place {
  render(): string | Promise<string>;
}

export const PARTS: readonly Part[] = [
  { file: "README.md", name: "install", render: renderShortInstall },
  { file: "README.md", name: "agents", render: renderAgents },
  { file: "docs/install.md", name: "install", render: renderInstall },
  { file: "docs/hooks.md", name: "agents", render: renderAgentNames },
  { file: "docs/commands.md", name: "reference", render: renderReference },
  { file: "docs/json.md", name: "documents", render: renderDocuments },
  { file: "docs/json.md", name: "error", render: renderErrorDocument },
  { file: "docs/configuration.md", name: "settings", render: renderSettings },
  { file: "docs/configuration.md", name: "environment", render: renderOwnVariables },
  { file: "docs/configuration.md", name: "agents", render: renderAgentVariables },
  { file: "docs/errors.md", name: "exits", render: renderExits },
  { file: "docs/errors.md", name: "errors", render: renderErrors },
  { file: "docs/files.md", name: "files", render: renderFiles },
  { file: "docs/memtomem.md", name: "tables", render: renderTables },
  { file: "docs/memtomem.md", name: "drop", render: renderDrop },
];

/** The document's text before, inside and after the part. */
export function splitAt({ file, name }: Place): [string, string, string] {
  const text = readFileSync(`${ROOT}/${file}`, "utf8");
  const [before, rest, ...others] = text.split(`<!-- ${name} -->\n`);
  const [inside, after, ...more] = rest?.split(`<!-- /${name} -->`) ?? [];
  if (
    before === undefined ||
    inside === undefined ||
    after === undefined ||
    others.length + more.length > 0
  ) {
    throw new Error(`${file} must have one part between <!-- ${name} --> and <!-- /${name} -->`);
  }
  return [before, inside, after];
}

export function writePart(place: Place, text: string): void {
  const [before, , after] = splitAt(place);
  const whole = `${before}<!-- ${place.name} -->\n\n${text}\n<!-- /${place.name} -->${after}`;
  writeFileSync(`${ROOT}/${place.file}`, whole);
}

/** Writes every part to its document. */
export async function writeParts(): Promise<void> {
  for (const part of PARTS) writePart(part, await part.render());
}

/** Writes docs/schemas and removes what is no longer in it. */
export function writeSchemas(): void {
  const folder = `${ROOT}/docs/schemas`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of schemaFiles()) writeFileSync(`${folder}/${name}`, text);
}
