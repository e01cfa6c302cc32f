import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { importFile } from "./import.ts";
import { importJson } from "./json.ts";
import { importText } from "./text.ts";

export default command({
  meta: { name: "import", description: "Import sessions exported as JSON lines" },
  args: {
    file: {
      type: "positional",
      required: true,
      completes: "file",
      valueHint: "FILE",
      description: "A file from `mm session export --format jsonl`; `-` is standard input",
    },
    json: options.json,
  },
  example: "mm session import sessions.jsonl",
  details: [
    "The whole file is checked before anything is imported. Only new sessions are added: one that is already stored with other content is skipped and named, and the exit code is then 1. Each session is imported whole or not at all; after an interruption, run the command again.",
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
