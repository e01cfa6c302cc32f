import { command } from "../cli/command.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { findPlace } from "../files/git.ts";
import { escapeControls } from "../text/text.ts";
import { type ContextPart, contextText, gatherContext } from "./briefing.ts";

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}

function explain(parts: readonly ContextPart[], text: string): string {
  const lines = parts.map(({ name, text: own }) => `${name}: ${bytes(own)} bytes`);
  return `${text}\n\n${lines.join("\n")}\ntotal: ${bytes(text)} bytes\n`;
}

function workingDirectory(ctx: Context): string {
  try {
    return ctx.cwd();
  } catch {
    throw new UserError("usage", "the working directory has been deleted", "go to another one");
  }
}

export default command({
  meta: { name: "context", description: "Show what a session that starts here would be told" },
  args: {
    explain: { type: "boolean", description: "Add the bytes of each part" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm context --explain",
  details: [
    "Agents are told of earlier sessions only where their hooks were installed with --context, and only when a session starts anew, not when it is resumed or compacted.",
  ],
  async run(ctx, args) {
    const place = await findPlace(workingDirectory(ctx));
    const store = await ctx.store();
    const parts = (await store.read(({ db }) => gatherContext(db, place, ""))) ?? [];
    const text = contextText(parts);
    return {
      data: {
        context: text,
        bytes: bytes(text),
        parts: parts.map(({ name, text: own }) => ({ name, bytes: bytes(own) })),
      },
      text: () => {
        if (text === "") return "Nothing would be told.\n";
        const shown = text.split("\n").map(escapeControls).join("\n");
        return args.explain === true ? explain(parts, shown) : `${shown}\n`;
      },
    };
  },
});
