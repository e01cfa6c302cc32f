import type { Payload } from "../wire/payload.ts";

const ROLE = /^\s*(user|assistant):\s*$/u;
const CALL = /^\[Tool call\] (.+)$/u;
/** What belongs to a block is indented, or empty. */
const OUTSIDE = /^\S/u;

type Part = Payload & { readonly type: "text" | "tool_use" };

/** The arguments of a call, a line each: `path: src/a.ts` or `path = src/a.ts`. */
function inputOf(lines: readonly string[]): Record<string, string> {
  const pairs = lines.map((line) => /^\s*([\w-]+)\s*[:=]\s*(.*)$/u.exec(line));
  return Object.fromEntries(pairs.flatMap((pair) => (pair ? [[pair[1], pair[2]]] : [])));
}

/** The text and the calls of one answer; its thoughts and results are left out. */
function partsOf(lines: readonly string[]): Part[] {
  const parts: Part[] = [];
  const said: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at] ?? "";
    const name = CALL.exec(line)?.[1];
    const isMarked = name !== undefined || /^\[(?:Thinking|Tool result)\]/u.test(line);
    if (!isMarked) {
      said.push(line);
      at++;
      continue;
    }
    const end = lines.findIndex((each, index) => index > at && OUTSIDE.test(each));
    const body = lines.slice(at + 1, end < 0 ? undefined : end);
    if (name !== undefined) parts.push({ type: "tool_use", name, input: inputOf(body) });
    at = end < 0 ? lines.length : end;
  }
  const text = said.join("\n").trim();
  return text === "" ? parts : [{ type: "text", text }, ...parts];
}

/** The messages of a transcript that older versions wrote as text, in the form of the newer ones. */
export function textMessages(transcript: string): Payload[] {
  const blocks: { readonly role: string; readonly lines: string[] }[] = [];
  for (const line of transcript.split("\n")) {
    const role = ROLE.exec(line)?.[1];
    if (role !== undefined) blocks.push({ role, lines: [] });
    else blocks.at(-1)?.lines.push(line);
  }
  return blocks.map(({ role, lines }) => {
    const own = [{ type: "text", text: lines.join("\n").trim() }];
    return { role, message: { content: role === "user" ? own : partsOf(lines) } };
  });
}
