import { command } from "../cli/command.ts";
import { startProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { type ImportFile, openImport } from "../files/import-file.ts";
import { escapeControls } from "../text/text.ts";
import { type Imported, importSessions } from "./import.ts";
import { checkExport, exportLines, type Fill } from "./lines.ts";

function describe({ sessions, events, alreadyThere, leftAlone }: Imported): string {
  const lines = [`Imported ${sessions} session(s) with ${events} event(s)`];
  if (alreadyThere > 0) lines.push(`Already there: ${alreadyThere} session(s)`);
  const left = leftAlone.map(
    ({ id, reason }) => `Left alone: ${escapeControls(id)}: ${escapeControls(reason)}`,
  );
  return `${[...lines, ...left].join("\n")}\n`;
}

/** Reads the file from its beginning, with a bar that shows how far it is. */
async function reading<T>(
  ctx: Context,
  label: string,
  source: ImportFile,
  work: (fill: Fill, turn: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const bar = startProgress(ctx, label, source.size);
  const fill = source.read();
  let bytes = 0;
  try {
    const counted = (buffer: Uint8Array) => {
      const added = fill(buffer);
      bytes += added;
      bar.show(bytes);
      return added;
    };
    return await work(counted, () => bar.turn());
  } finally {
    bar.clear();
  }
}

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
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session import sessions.jsonl",
  details: [
    "The file is checked to its end before anything is taken in. Only what isn't there is added: a session that is stored with other content is left alone and named, and the exit code is 1 then. Each session comes in whole or not at all; after an interruption, run it again.",
  ],
  async run(ctx, args) {
    const isStdin = args.file === "-";
    const name = isStdin ? "standard input" : args.file;
    const store = await ctx.store();
    const source = isStdin
      ? await openImport({ stream: ctx.stdinStream(), folder: store.home, id: ctx.newId() })
      : await openImport({ path: args.file });
    try {
      // The first pass only looks for faults, since nothing may be taken in where there is one.
      await reading(ctx, "Checking", source, (fill, turn) => checkExport(fill, name, turn));
      const imported = await reading(ctx, "Importing", source, (fill, turn) =>
        importSessions(ctx, store, exportLines(fill, name), turn),
      );
      const { sessions, events, alreadyThere, leftAlone } = imported;
      return {
        data: { sessions, events, already_there: alreadyThere, left_alone: leftAlone },
        text: () => describe(imported),
        exitCode: leftAlone.length > 0 ? 1 : 0,
      };
    } finally {
      source.close();
    }
  },
});
