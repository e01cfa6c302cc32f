/** The part of JSON Schema that describes what `mm` prints. */
export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | null)[];
  readonly const?: boolean;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** One for success, the others for failures of the command's own. */
  readonly anyOf?: readonly Schema[];
  /** Of an object with any keys. An object with `properties` may gain keys in later versions. */
  readonly additionalProperties?: Schema;
}

/** A document that a command prints with `--json`. */
export interface JsonDocument {
  /** The words of the command behind `mm`, or "error". */
  readonly command: string;
  readonly example: unknown;
  readonly schema: Schema;
  /** Markdown below the table. */
  readonly more?: string;
}

function plain(type: string) {
  return (description = ""): Schema => (description === "" ? { type } : { type, description });
}

export const string = plain("string");
export const integer = plain("integer");
export const number = plain("number");
export const boolean = plain("boolean");
export const anyObject = plain("object");

export function oneOf(values: readonly string[], description = ""): Schema {
  return { ...string(description), enum: values };
}

export function always(value: boolean): Schema {
  return { const: value };
}

export function orNull(schema: Schema): Schema {
  const nullable = { ...schema, type: [schema.type ?? "object", "null"].flat() };
  return schema.enum === undefined ? nullable : { ...nullable, enum: [...schema.enum, null] };
}

export function list(items: Schema, description = ""): Schema {
  return { ...plain("array")(description), items };
}

export function mapTo(value: Schema, description: string): Schema {
  return { ...anyObject(description), additionalProperties: value };
}

/** An object with these keys. One that ends in "?" may be absent. */
export function object(keys: Readonly<Record<string, Schema>>, description = ""): Schema {
  const entries = Object.entries(keys);
  return {
    ...anyObject(description),
    properties: Object.fromEntries(entries.map(([key, schema]) => [bare(key), schema])),
    required: entries.map(([key]) => key).filter((key) => !key.endsWith("?")),
  };
}

export function either(...anyOf: readonly Schema[]): Schema {
  return { anyOf };
}

function bare(key: string): string {
  return key.replace(/\?$/u, "");
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
}

function isOfType(schema: Schema, value: unknown): boolean {
  if (schema.const !== undefined) return value === schema.const;
  if (schema.enum !== undefined && !schema.enum.includes(value as string | null)) return false;
  const type = typeOf(value);
  const types = [schema.type ?? []].flat();
  return types.includes(type) || (type === "integer" && types.includes("number"));
}

function wrongKeys(schema: Schema, value: Readonly<Record<string, unknown>>, path: string) {
  const { properties, required = [], additionalProperties } = schema;
  if (properties === undefined && additionalProperties === undefined) return [];
  const missing = required
    .filter((key) => !(key in value))
    .map((key) => `${path}.${key} is missing`);
  const known = Object.entries(value).flatMap(([key, each]) => {
    const of = properties?.[key] ?? additionalProperties;
    return of === undefined
      ? [`${path}.${key} isn't documented`]
      : problems(of, each, `${path}.${key}`);
  });
  return [...missing, ...known];
}

/** What in a value isn't as the schema says, for a test. A key that the schema doesn't have is a problem too. */
export function problems(schema: Schema, value: unknown, path = "$"): string[] {
  if (schema.anyOf !== undefined) {
    const tried = schema.anyOf.map((each) => problems(each, value, path));
    return tried.find((found) => found.length === 0) ?? tried[0] ?? [];
  }
  if (!isOfType(schema, value)) return [`${path} is ${JSON.stringify(value)}`];
  const { items } = schema;
  if (Array.isArray(value) && items !== undefined) {
    return value.flatMap((each, index) => problems(items, each, `${path}[${index}]`));
  }
  if (typeOf(value) !== "object") return [];
  return wrongKeys(schema, value as Record<string, unknown>, path);
}

const MANY: Readonly<Record<string, string>> = {
  string: "strings",
  integer: "integers",
  object: "objects",
  array: "arrays",
};

function inWords({ type, enum: values, const: constant, items }: Schema): string {
  if (constant !== undefined) return `\`${constant}\``;
  if (values !== undefined) {
    const words = values.map((value) => (value === null ? "null" : `\`"${value}"\``));
    return new Intl.ListFormat("en-GB", { type: "disjunction" }).format(words);
  }
  if (items !== undefined) return `array of ${MANY[[items.type ?? ""].flat().join()] ?? "values"}`;
  return [type ?? ""].flat().join(" or ");
}

/** A row of the table for each key, those below it after it. Neighbours that say the same share a row. */
export function rows({ anyOf, ...given }: Schema, above = ""): string[][] {
  const schema = anyOf?.[0] ?? given;
  const found: { keys: string[]; cells: [string, string]; below: string[][] }[] = [];
  const optional = (key: string) => schema.required?.includes(key) === false;
  for (const [key, each] of Object.entries(schema.properties ?? {})) {
    const absent = optional(key) ? "may be absent" : "";
    const about = [each.description ?? "", absent].filter((part) => part !== "").join("; ");
    const cells: [string, string] = [inWords(each), about];
    const inner = each.items ?? each;
    const below = rows(inner, `${above}${key}${each.items === undefined ? "" : "[]"}.`);
    const last = found.at(-1);
    if (
      last !== undefined &&
      last.below.length + below.length === 0 &&
      Bun.deepEquals(last.cells, cells)
    ) {
      last.keys.push(`\`${key}\``);
    } else {
      found.push({ keys: [`\`${above}${key}\``], cells, below });
    }
  }
  return found.flatMap(({ keys, cells, below }) => [[keys.join(", "), ...cells], ...below]);
}
