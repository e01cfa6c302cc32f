import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { importFile } from "./import.ts";
import { importJson } from "./json.ts";
import { importText } from "./text.ts";

export default command({
  meta: { name: "import", description: "Take in sessions that were exported as jsonl" },
  args: {
    file: {
      type: "positional",
      required: true,
      completes: "file",
      valueHint: "FILE",
      description: "What `mm session export --format jsonl` wrote; `-` is standard input",
    },
    json: options.json,
  },
  example: "mm session import sessions.jsonl",
  details: [
    "The file is checked to its end before anything is taken in. Only what isn't there is added: a session that is stored with other content is left alone and named, and the exit code is 1 then. Each session comes in whole or not at all; after an interruption, run it again.",
  ],
  async run(ctx, { file }) {
    const imported = await importFile(ctx, file);
    return {
      data: importJson(imported),
      text: () => importText(imported),
      exitCode: imported.leftAlone.length > 0 ? 1 : 0,
    };
  },
});
