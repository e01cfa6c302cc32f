import { UserError } from "../errors.ts";

/** Literal text or a field's name. */
type Part = { readonly text: string } | { readonly field: string };

const PIECE = /\{\{|\}\}|\{([^{}]*)\}|[{}]/gu;

function wrong(message: string, fields: readonly string[]): UserError {
  const known = fields.map((field) => `{${field}}`).join(" ");
  return new UserError("usage", message, `the fields are ${known}; {{ and }} stand for braces`);
}

function partOf(piece: string, name: string | undefined, fields: readonly string[]): Part {
  if (piece === "{{" || piece === "}}") return { text: piece.charAt(0) };
  if (name === undefined) throw wrong(`a single '${piece}' in the template`, fields);
  if (!fields.includes(name)) throw wrong(`unknown field '{${name}}' in the template`, fields);
  return { field: name };
}

/**
 * Parses a template such as `{agent} {state}`. The result renders it with the text of each field.
 * @throws UserError `usage` for a field that isn't in `fields`, or for a single brace
 */
export function parseTemplate<F extends string>(
  template: string,
  fields: readonly F[],
): (fieldText: (field: F) => string) => string {
  const parts: Part[] = [];
  let end = 0;
  for (const match of template.matchAll(PIECE)) {
    parts.push({ text: template.slice(end, match.index) }, partOf(match[0], match[1], fields));
    end = match.index + match[0].length;
  }
  parts.push({ text: template.slice(end) });
  return (fieldText) =>
    parts.map((part) => ("text" in part ? part.text : fieldText(part.field as F))).join("");
}
