import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { type LateProgress, withProgress } from "../cli/progress.ts";
import { UserError } from "../errors.ts";
import { withFirstStep } from "../hints/hints.ts";
import { machineOption } from "../machines/stores.ts";
import { toTimestamp } from "../text/time.ts";
import { exportJson } from "./json.ts";
import { exportText } from "./text.ts";
import { exportTo, exportToFile, formatOf } from "./write.ts";

/** Names of stdout. Written as a file, the export would be followed by its own report. */
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
        "Ids of sessions, their first 6 or more characters, or `last`; default: the current session",
    },
    all: { type: "boolean", description: "All sessions" },
    since: options.since("All that started"),
    machine: machineOption,
    format: {
      type: "enum",
      options: ["md", "json", "jsonl", "html"],
      description: "Default: by the file's extension, else md",
    },
    output: {
      type: "string",
      alias: "o",
      completes: "file",
      description: "The file to write; `-`, the default, is standard output",
      valueHint: "FILE",
    },
    force: { type: "boolean", description: "Replace an existing file" },
  },
  example: "mm session export --all -o sessions.jsonl",
  details: [
    "jsonl is lossless, and `mm session import` reads it. md is for a pull request; html is a self-contained page that needs no network. Secrets are redacted again, because memtomem stores its rows unredacted.",
  ],
  async run(ctx, { _: ids, all, since, machine, output, force, ...args }) {
    if (ids.length > 0 && (all || since !== undefined)) {
      throw new UserError("usage", "name sessions, or take --all or --since, not both");
    }
    const start = parsePeriod({ since }, ctx.now()).since;
    const from = start === undefined ? null : toTimestamp(start);
    const format = formatOf(args.format, output);
    const request = { ids, all, since: from, format, machine };
    if (output === undefined || STDOUT.has(output)) {
      return {
        stream: async (write) => {
          const work = (progress: LateProgress) => exportTo(ctx, request, progress, write);
          await withFirstStep(ctx, () => withProgress(ctx, "Exporting", false, work));
        },
      };
    }
    if (output === "") throw new UserError("usage", "the file name is empty");
    const target = { path: output, replace: force };
    const work = (progress: LateProgress) => exportToFile(ctx, request, progress, target);
    const totals = await withFirstStep(ctx, () => withProgress(ctx, "Exporting", false, work));
    return {
      data: exportJson(totals, output, format),
      text: () => exportText(totals, output),
    };
  },
});
