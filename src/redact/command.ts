import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { UserError } from "../errors.ts";
import { rescanJson } from "./json.ts";
import { rescan } from "./rescan.ts";
import { rescanText } from "./text.ts";

export default command({
  meta: { name: "redact", description: "Replace secrets that are already stored" },
  args: {
    rescan: {
      type: "boolean",
      description: "Apply the rules of this version to everything that is stored",
    },
    "dry-run": options.dryRun("Show what would be replaced"),
    json: options.json,
  },
  example: "mm redact --rescan --dry-run",
  details: [
    "`mm` redacts secrets before it stores anything. This command applies the rules of this version to what an older version, or memtomem, stored. The next search rebuilds its index.",
  ],
  async run(ctx, args) {
    const dryRun = args["dry-run"];
    if (!args.rescan) {
      throw new UserError(
        "usage",
        "option --rescan is missing",
        "`mm redact --rescan --dry-run` says what would be replaced",
      );
    }
    const found = await withProgress(ctx, "Redacting", false, (progress) =>
      rescan(ctx, dryRun, progress),
    );
    return { data: rescanJson(found, dryRun), text: () => rescanText(found, dryRun) };
  },
});
