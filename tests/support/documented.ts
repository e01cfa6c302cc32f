import { JSON_DOCUMENTS } from "../../docs/json/documents.ts";
import { either, problems } from "../../docs/json/schema.ts";
import { ERROR_DOCUMENT } from "../../docs/json/upkeep.ts";

/** Commands that are short for one of `mm session`. */
const SHORTCUTS: readonly string[] = ["list", "ls", "show", "events", "export"];

/** What in a command's output isn't as its schema in docs/schemas says, or that of a failure. */
export function undocumented(argv: readonly string[], out: string): string[] {
  const [first = "", ...rest] = argv;
  const full = SHORTCUTS.includes(first) ? ["session", first === "ls" ? "list" : first] : [first];
  const typed = `${[...full, ...rest].join(" ")} `;
  const schemas = JSON_DOCUMENTS.filter(({ command }) => typed.startsWith(`${command} `))
    .sort((one, other) => other.command.length - one.command.length)
    .slice(0, 1)
    .map(({ schema }) => schema);
  try {
    return problems(either(...schemas, ERROR_DOCUMENT.schema), JSON.parse(out));
  } catch {
    // Of `session wrap`, or of a stdout that failed.
    return [];
  }
}
