import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { renameJson } from "./json.ts";
import { rename } from "./rename.ts";
import { renameText } from "./text.ts";

export default command({
  meta: { name: "rename", description: "Give a session another title" },
  args: {
    id: options.session,
    title: { type: "positional", required: true, freeText: true, description: "The new title" },
    json: options.json,
  },
  example: 'mm session rename last "Fix the parser"',
  details: ["Neither the agent nor a prompt ever replaces a title that you give."],
  async run(ctx, { id, title }) {
    const renamed = await rename(ctx, id, title);
    return { data: renameJson(renamed), text: () => renameText(renamed) };
  },
});
