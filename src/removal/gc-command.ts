import { command } from "../cli/command.ts";
import { parseByteSize } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { parseDuration } from "../text/duration.ts";
import { collectGarbage } from "./collect.ts";
import type { GcResult } from "./gc.ts";
import { gcJson } from "./json.ts";
import { confirmLoss } from "./limits.ts";
import { gcNotes, gcText } from "./text.ts";

export default command({
  meta: { name: "gc", description: "Delete old sessions and shrink the database file" },
  args: {
    "older-than": {
      type: "string",
      completes: ["30d", "90d", "365d"],
      description: "Delete ended sessions that have been silent for longer than this, e.g. 90d",
      valueHint: "DURATION",
    },
    "max-size": {
      type: "string",
      completes: ["100MB", "500MB", "1GB"],
      description:
        "Delete the oldest ended sessions until the database uses no more than this, e.g. 500MB",
      valueHint: "SIZE",
    },
    "dry-run": options.dryRun("Show what would be deleted"),
    yes: options.yes,
    json: options.json,
  },
  example: "mm gc --older-than 90d --dry-run",
  details: [
    "On a terminal, it shows what would be deleted and asks. Elsewhere, it refuses to delete more than half of all ended sessions without --yes.",
    "Without --older-than and --max-size, it only completes an interrupted deletion and shrinks the file.",
    "It keeps active sessions, and sessions that mm didn't make or that another table refers to: use `mm session delete` for those. The size counts all tables in the file, including memtomem's. kB, MB and GB are powers of 1000; KiB, MiB and GiB are powers of 1024.",
  ],
  async run(ctx, args) {
    const olderThan = args["older-than"];
    const maxSize = args["max-size"];
    const dryRun = args["dry-run"];
    const now = ctx.now();
    const limits = {
      before: olderThan === undefined ? null : now.getTime() - parseDuration(olderThan, now).ms,
      maxBytes: maxSize === undefined ? null : parseByteSize(maxSize),
    };
    const consent = (foreseen: GcResult, ended: number) =>
      confirmLoss(ctx, {
        sessions: foreseen.ids.length,
        events: foreseen.events,
        ended,
        isNamed: false,
        foreseen: gcText(foreseen, limits, true),
      });
    const result = await withProgress(ctx, "Deleting", false, (progress) =>
      collectGarbage(ctx, limits, { dryRun, consent: args.yes ? null : consent }, progress),
    );
    ctx.warnings.push(...gcNotes(result, limits, dryRun, maxSize));
    return {
      data: gcJson(result, limits, dryRun),
      text: () => gcText(result, limits, dryRun),
    };
  },
});
