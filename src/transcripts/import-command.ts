import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { terminalColumns } from "../cli/table.ts";
import { importTranscripts } from "./import.ts";
import { backfillJson } from "./json.ts";
import { backfillNotes, backfillText } from "./text.ts";

export default command({
  meta: { name: "import", description: "Import individual transcripts of agents" },
  args: {
    file: {
      type: "positional",
      rest: true,
      required: true,
      completes: "file",
      valueHint: "FILE…",
      description: "Files as an agent has written them, under their own names",
    },
    json: options.json,
  },
  example: "mm import ~/backup/rollout-2026-01-31T10-00-00-….jsonl",
  details: [
    "`mm backfill` finds the transcripts of this machine by itself. `mm session import` reads what `mm session export` has written.",
  ],
  async run(ctx, { _: paths, json }) {
    const reports = await withProgress(ctx, "Reading", json, (progress) =>
      importTranscripts(ctx, paths, progress),
    );
    ctx.warnings.push(...backfillNotes(reports));
    return {
      data: backfillJson(reports, false),
      text: () => backfillText(reports, false, terminalColumns(ctx)),
    };
  },
});
