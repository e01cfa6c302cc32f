import { CONFIG_KEY_NAMES, CONFIG_KEYS } from "../src/config/keys.ts";
import { type ErrorCode, EXIT_CODES } from "../src/errors.ts";
import { AGENT_VARIABLES, OWN_VARIABLES } from "../src/settings/environment.ts";
import { SETTINGS, type Settings } from "../src/settings/settings.ts";
import { openWriter } from "../src/store/connection.ts";
import { createMissing } from "../src/store/schema.ts";
import * as sentences from "./sentences.ts";
import { table } from "./tables.ts";

function code(text: string): string {
  return `\`${text}\``;
}

/** Rows of environment variables and their meaning. Variables with the same meaning share a row. */
export function environmentRows(variables: Readonly<Record<string, string>>): string[][] {
  const rows = Map.groupBy(Object.entries(variables), ([, sentence]) => sentence);
  return [...rows].map(([sentence, same]) => [
    same.map(([name]) => code(name)).join(", "),
    sentence,
  ]);
}

export function renderOwnVariables(): string {
  return table(["variable", ""], environmentRows(OWN_VARIABLES));
}

export function renderAgentVariables(): string {
  return table(["variable", ""], environmentRows(AGENT_VARIABLES));
}

export function renderErrors(): string {
  const codes = Object.entries(EXIT_CODES) as [ErrorCode, number][];
  const rows = codes.map(([name, exit]) => [code(name), String(exit), sentences.ERRORS[name]]);
  return table(["code", "exit code", ""], rows);
}

function inWords(value: Settings[keyof Settings]): string {
  if (value === null) return "none";
  return code(JSON.stringify(typeof value === "object" && "typed" in value ? value.typed : value));
}

export function renderSettings(): string {
  const rows = CONFIG_KEY_NAMES.map((key) => {
    const { form, description } = CONFIG_KEYS[key];
    return [code(key), form, inWords(SETTINGS[key].default), description];
  });
  return table(["key", "value", "default", ""], rows);
}

export const FILE_ROWS: readonly string[][] = Object.entries(sentences.FILES);

export function renderFiles(): string {
  return table(["file in the home", ""], FILE_ROWS);
}

export const EXIT_ROWS: readonly string[][] = Object.entries(sentences.EXITS);

export function renderExits(): string {
  return table(["exit code", ""], EXIT_ROWS);
}

interface Made {
  readonly type: "table" | "index";
  readonly name: string;
  /** The table itself, or the table of the index. */
  readonly of: string;
}

/** `mm`'s tables and indices in a fresh database, in the order of their creation. */
function madeInDatabase(): Made[] {
  const db = openWriter(":memory:", 0);
  try {
    createMissing(db, ":memory:");
    const own = "SELECT type, name, tbl_name AS of FROM sqlite_schema WHERE name GLOB 'mm_*'";
    return db.query<Made, []>(own).all();
  } finally {
    db.close(true);
  }
}

/**
 * `mm`'s own tables, and its indices on memtomem's.
 * @throws Error if the sentences describe other tables than a fresh database has
 */
export function renderTables(): string {
  const made = madeInDatabase();
  const tables = made.filter(({ type }) => type === "table").map(({ name }) => name);
  const told = Object.entries(sentences.TABLES);
  const always = told.filter(([, about]) => about.made === "always").map(([name]) => name);
  if (!Bun.deepEquals(tables, always)) {
    throw new Error(
      `docs/sentences.ts describes ${always.join()}, but a database has ${tables.join()}`,
    );
  }
  const indices = made.filter(({ type }) => type === "index");
  const rows = told.map(([name, { sentence }]) => {
    const own = indices.filter(({ of }) => of === name).map((index) => code(index.name));
    const names = new Intl.ListFormat("en").format(own);
    const also = own.length === 0 ? "" : `. ${own.length > 1 ? "Indices" : "Index"} ${names}`;
    return [code(name), `${sentence}${also}`];
  });
  return table(["table", ""], rows);
}

/** The SQL that drops everything that `mm` adds to a database. */
export function renderDrop(): string {
  const made = madeInDatabase();
  const tables = Object.entries(sentences.TABLES).map(
    ([name, about]) => `DROP TABLE ${about.made === "always" ? "" : "IF EXISTS "}${name};`,
  );
  // The indices of its own tables are dropped with the tables.
  const indices = made
    .filter(({ type, of }) => type === "index" && !of.startsWith("mm_"))
    .map(({ name }) => `DROP INDEX ${name};`);
  return ["```sql", ...tables.toReversed(), ...indices, "```", ""].join("\n");
}
