import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { briefingHere } from "./briefing-here.ts";
import { briefingJson } from "./json.ts";
import { briefingText } from "./text.ts";

export default command({
  meta: { name: "context", description: "Show what a session that starts here would be told" },
  args: {
    explain: { type: "boolean", description: "Add the bytes of each part" },
    json: options.json,
  },
  example: "mm context --explain",
  details: [
    "Agents get this only if their hooks were installed with --context, and only when a session starts, not when it is resumed or compacted.",
  ],
  async run(ctx, { explain }) {
    const briefing = await briefingHere(ctx);
    return { data: briefingJson(briefing), text: () => briefingText(briefing, explain) };
  },
});
