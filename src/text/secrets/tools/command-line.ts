import type { Rule } from "../rule.ts";
import { callsTool, likelyLines, lineEnd, type Span } from "./lines.ts";
import { readLine, type ToolsByWord } from "./read-line.ts";
import { TOOL_WORDS, type Tool, tools } from "./tool-table.ts";

/** The secrets that tools take in a position of their own. */
export function commandLine(): Rule {
  let named: ToolsByWord | null = null;
  return {
    hints: TOOL_WORDS.flatMap(([, words]) => words.split("|")),
    occursIn: callsTool,
    apply: (text, mark) =>
      redactCommandLines(text, mark, () => {
        named ??= byFirstWord(tools());
        return named;
      }),
    sample: "curl -u me:«{16}» h; echo «{16}» | docker login --password-stdin",
    decoy: "curl -u me:$P h; docker run -p 8080:80 x",
  };
}

function byFirstWord(rows: readonly Tool[]): ToolsByWord {
  const named = new Map<string, { readonly name: string; readonly row: Tool }[]>();
  for (const row of rows) {
    for (const name of row[0].split(",")) {
      const first = name.includes(" ") ? name.slice(0, name.indexOf(" ")) : name;
      const others = named.get(first);
      if (others === undefined) named.set(first, [{ name, row }]);
      else others.push({ name, row });
    }
  }
  return named;
}

/** Only the lines are read in which a tool may be called that takes a secret: most cost less to be passed over. */
function redactCommandLines(text: string, mark: string, named: () => ToolsByWord): string {
  const secrets: Span[] = [];
  for (const start of likelyLines(text)) {
    const tools = named();
    if (mayCall(text.slice(start, lineEnd(text, start)), tools)) {
      secrets.push(...readLine(text, start, tools));
    }
  }
  return secrets.length === 0 ? text : replaced(text, secrets, mark);
}

function mayCall(line: string, named: ToolsByWord): boolean {
  // A file that is made for a secret tells so by its flag, whatever the tool.
  if (line.includes("<(")) return true;
  const words = /(?<![\w.-])[a-z\d][\w-]*(?=(?:\.exe)?(?![\w./:=@-]))/g;
  for (let word = words.exec(line); word !== null; word = words.exec(line)) {
    if (named.has(word[0])) return true;
  }
  return false;
}

function replaced(text: string, secrets: readonly Span[], mark: string): string {
  let result = "";
  let done = 0;
  for (const { start, end } of secrets.toSorted((a, b) => a.start - b.start)) {
    if (start < done) continue;
    result += text.slice(done, start) + mark;
    done = end;
  }
  return result + text.slice(done);
}
