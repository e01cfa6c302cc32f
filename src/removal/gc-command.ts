import { command } from "../cli/command.ts";
import { parseByteSize } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { parseDuration } from "../text/duration.ts";
import { collectGarbage } from "./collect.ts";
import { gcJson } from "./json.ts";
import { gcNotes, gcText } from "./text.ts";

export default command({
  meta: { name: "gc", description: "Remove old sessions and give their space back" },
  args: {
    "older-than": {
      type: "string",
      completes: ["30d", "90d", "365d"],
      description: "Remove ended sessions without a sign of life for this long, e.g. 90d",
      valueHint: "DURATION",
    },
    "max-size": {
      type: "string",
      completes: ["100MB", "500MB", "1GB"],
      description: "Remove the oldest ended sessions until no more than this is in use, e.g. 500MB",
      valueHint: "SIZE",
    },
    "dry-run": options.dryRun("Say what would go"),
    json: options.json,
  },
  example: "mm gc --older-than 90d --dry-run",
  details: [
    "Without --older-than and --max-size it only finishes what an earlier removal left and gives free space back.",
    "Active sessions stay, and so do those that mm didn't make or that another table refers to: `mm session delete` removes these by id. A size is that of all tables in the file, memtomem's too; kB, MB and GB are thousands, KiB, MiB and GiB 1024s.",
  ],
  async run(ctx, args) {
    const olderThan = args["older-than"];
    const maxSize = args["max-size"];
    const dryRun = args["dry-run"];
    const now = ctx.now();
    const limits = {
      before: olderThan === undefined ? null : now.getTime() - parseDuration(olderThan, now).ms,
      maxBytes: maxSize === undefined ? null : parseByteSize("--max-size", maxSize),
    };
    const result = await withProgress(ctx, "Removing", false, (progress) =>
      collectGarbage(ctx, limits, dryRun, progress),
    );
    ctx.warnings.push(...gcNotes(result, limits, dryRun, maxSize));
    return {
      data: gcJson(result, limits, dryRun),
      text: () => gcText(result, limits, dryRun),
    };
  },
});
