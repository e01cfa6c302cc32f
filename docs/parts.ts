import { readFileSync, writeFileSync } from "node:fs";
import {
  renderDrop,
  renderEnvironment,
  renderErrors,
  renderSettings,
  renderTables,
} from "./facts.ts";
import { renderReference } from "./reference.ts";

const ROOT = `${import.meta.dir}/..`;

/** A generated part of a document, between two comments with its name. */
interface Part {
  readonly file: string;
  readonly name: string;
  render(): string | Promise<string>;
}

export const PARTS: readonly Part[] = [
  { file: "README.md", name: "reference", render: renderReference },
  { file: "README.md", name: "environment", render: renderEnvironment },
  { file: "README.md", name: "settings", render: renderSettings },
  { file: "README.md", name: "errors", render: renderErrors },
  { file: "README.md", name: "tables", render: renderTables },
  { file: "README.md", name: "drop", render: renderDrop },
];

/** The document's text before, inside and after the part. */
export function splitAt({ file, name }: Part): [string, string, string] {
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

/** Writes every part to its document. */
export async function writeParts(): Promise<void> {
  for (const part of PARTS) {
    const [before, , after] = splitAt(part);
    writeFileSync(
      `${ROOT}/${part.file}`,
      `${before}<!-- ${part.name} -->\n\n${await part.render()}\n<!-- /${part.name} -->${after}`,
    );
  }
}
