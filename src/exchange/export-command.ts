import { command } from "../cli/command.ts";
import { startProgress } from "../cli/progress.ts";
import type { Context, Env } from "../context.ts";
import { UserError } from "../errors.ts";
import type { OutputFile } from "../files/output-file.ts";
import { sessionNotFound, sessionToRead } from "../sessions/which.ts";
import type { View } from "../store/store.ts";
import { escapeControls } from "../text/text.ts";
import { parseWhen, toTimestamp } from "../text/time.ts";
import { type ExportFormat, exportSessions } from "./export.ts";
import { html } from "./html.ts";
import { json, jsonLines } from "./json.ts";
import { markdown } from "./markdown.ts";
import { countSelectedEvents, type Selection } from "./rows.ts";

const FORMATS: Readonly<Record<string, (exportedAt: string) => ExportFormat>> = {
  json,
  md: markdown,
  jsonl: jsonLines,
  html,
};

/** Other names of it would have the report of what was done behind the export. */
const STDOUT: ReadonlySet<string> = new Set(["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"]);

const NO_SESSION = new UserError(
  "no_session",
  "there is no session to export",
  "name one, or take --all; `mm session list` shows them",
);

async function idOf(view: View, env: Env, id: string | undefined): Promise<string> {
  const found = await sessionToRead(view, env, id);
  if (found.kind === "found") return found.session.id;
  if (found.kind === "none") throw NO_SESSION;
  throw sessionNotFound(found.id, NO_SESSION.hint);
}

interface Wanted {
  readonly ids: readonly string[];
  readonly all: boolean;
  readonly since: string | null;
}

async function select(view: View, env: Env, { ids, all, since }: Wanted): Promise<Selection> {
  if (all || (since !== null && ids.length === 0)) return { kind: "since", since };
  const named: string[] = [];
  for (const id of ids.length > 0 ? ids : [undefined]) named.push(await idOf(view, env, id));
  return { kind: "ids", ids: [...new Set(named)] };
}

/** Exports to wherever `write` leads and tells how much it was. */
async function run(
  ctx: Context,
  wanted: Wanted,
  format: ExportFormat,
  write: (text: string) => Promise<boolean>,
) {
  const store = await ctx.store();
  const totals = await store.read(async (view) => {
    const selection = await select(view, ctx.env, wanted);
    const total = ctx.terminal.stderrIsTty() ? countSelectedEvents(view, selection) : 0;
    const bar = startProgress(ctx, "Exporting", total);
    try {
      return await exportSessions(view, selection, format, {
        write: async (text) => {
          const isRead = await write(text);
          await bar.turn();
          return isRead;
        },
        progress: bar.show,
      });
    } finally {
      bar.clear();
    }
  });
  if (totals === undefined) throw NO_SESSION;
  return totals;
}

/** The format that is asked for, else that of the file's name, else the one for people. */
function formatOf(asked: string | undefined, output: string | undefined): string {
  const extension = /\.(md|jsonl?|html)$/u.exec(output ?? "")?.[1];
  return asked ?? extension ?? "md";
}

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
    since: {
      type: "string",
      completes: ["1h", "24h", "7d"],
      description: "All that started at or after a date, a date-time or a duration ago",
      valueHint: "WHEN",
    },
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
  async run(ctx, args) {
    const { output, all } = args;
    const ids = args._;
    if (ids.length > 0 && (all === true || args.since !== undefined)) {
      throw new UserError("usage", "name sessions, or take --all or --since, not both");
    }
    const since = args.since === undefined ? null : toTimestamp(parseWhen(args.since, ctx.now()));
    const wanted: Wanted = { ids, all: all === true, since };
    const name = formatOf(args.format, output);
    const format = (FORMATS[name] as (at: string) => ExportFormat)(toTimestamp(ctx.now()));
    if (output === undefined || STDOUT.has(output)) {
      return {
        stream: async (write) => {
          await run(ctx, wanted, format, write);
        },
      };
    }
    if (output === "") throw new UserError("usage", "the name of the file is empty");
    const { createOutputFile } = await import("../files/output-file.ts");
    const opened: { file?: OutputFile } = {};
    const release = ctx.beforeSignalled(() => opened.file?.discard());
    try {
      const file = createOutputFile(output, args.force === true, ctx.newId());
      opened.file = file;
      const totals = await run(ctx, wanted, format, async (text) => {
        file.write(text);
        // Writing to a file waits for nothing, so no signal would be heard.
        await Bun.sleep(0);
        return true;
      });
      file.finish();
      return {
        data: { file: output, format: name, ...totals },
        text: () =>
          `Exported ${totals.sessions} session(s) with ${totals.events} event(s) to ${escapeControls(output)}\n`,
      };
    } catch (error) {
      opened.file?.discard();
      throw error;
    } finally {
      release();
    }
  },
});
