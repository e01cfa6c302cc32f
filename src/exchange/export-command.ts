import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { UserError } from "../errors.ts";
import { parseWhen, toTimestamp } from "../text/time.ts";
import { exportJson } from "./json.ts";
import { exportText } from "./text.ts";
import { exportTo, exportToFile, formatOf } from "./write.ts";

/** Other names of it would have the report of what was done behind the export. */
const STDOUT: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

export default command({
  meta: { name: "export", description: "Write sessions with their events to a file" },
  args: {
    id: {
      type: "positional",
      rest: true,
      required: false,
      completes: "session",
      valueHint: "ID…",
      description:
        "Sessions, by id, its first 6 or more characters, or `last`; the current one by default",
    },
    all: { type: "boolean", description: "All sessions" },
    since: options.since("All that started"),
    format: {
      type: "enum",
      options: ["md", "json", "jsonl", "html"],
      description: "By default what the file's name says, else md",
    },
    output: {
      type: "string",
      alias: "o",
      completes: "file",
      description: "The file; `-`, the default, is standard output",
      valueHint: "FILE",
    },
    force: { type: "boolean", description: "Replace a file that is there" },
  },
  example: "mm session export --all -o sessions.jsonl",
  details: [
    "jsonl is the lossless form, which `mm session import` takes. md is for a pull request, html a page of its own that needs no network. Secrets are redacted once more, since memtomem stores its rows without.",
  ],
  async run(ctx, { _: ids, all, since, output, force, ...args }) {
    if (ids.length > 0 && (all || since !== undefined)) {
      throw new UserError("usage", "name sessions, or take --all or --since, not both");
    }
    const from = since === undefined ? null : toTimestamp(parseWhen(since, ctx.now()));
    const format = formatOf(args.format, output);
    const request = { ids, all, since: from, format };
    if (output === undefined || STDOUT.has(output)) {
      return {
        stream: async (write) => {
          await withProgress(ctx, "Exporting", false, (progress) =>
            exportTo(ctx, request, progress, write),
          );
        },
      };
    }
    if (output === "") throw new UserError("usage", "the name of the file is empty");
    const totals = await withProgress(ctx, "Exporting", false, (progress) =>
      exportToFile(ctx, request, progress, { path: output, replace: force }),
    );
    return {
      data: exportJson(totals, output, format),
      text: () => exportText(totals, output),
    };
  },
});
