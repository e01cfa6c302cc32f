import { command } from "../cli/command.ts";
import { countFromOne } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { whyCommit } from "./commit.ts";
import { whyFile } from "./file.ts";
import { commitJson, fileJson, lineJson } from "./json.ts";
import { whyLine } from "./line.ts";
import { askedFile } from "./place.ts";
import { commitText, fileText, lineText, type Page } from "./text.ts";

const PIPE_COLUMNS = 100;

function pageOf(ctx: Context): Page {
  const columns = terminalColumns(ctx) ?? PIPE_COLUMNS;
  return { style: styleFor(ctx), columns, now: ctx.now(), home: ctx.env.HOME };
}

export default command({
  meta: {
    name: "why",
    description: "Find the session and the prompt behind a line, a file or a commit",
  },
  args: {
    file: {
      type: "positional",
      required: false,
      completes: "file",
      description: "The file, or one of its lines",
      valueHint: "FILE[:LINE]",
    },
    commit: {
      type: "string",
      description: "Ask about the file as of this commit; without a file, about the commit itself",
      valueHint: "REV",
    },
    limit: {
      type: "string",
      alias: "l",
      default: "10",
      description: "At most this many sessions of a file",
      valueHint: "N",
    },
    json: options.json,
  },
  example: "mm why src/cart.ts:12",
  details: [
    "For a line, git says which commit it is from, and the transcripts of the sessions that changed the file before that say which edit wrote it: that answer is certain. Without a transcript, the session that changed the file last before the commit is likely. A line that no recorded agent wrote is nobody's.",
    "For a file, it lists the sessions that touched it, the latest first, also under earlier names. For a commit, it counts the lines that each session wrote.",
    "git only reads commits: nothing that a repository configures is run. It gets 10 seconds.",
  ],
  async run(ctx, { file, commit = null, limit, json: _ }) {
    if (file === undefined) {
      if (commit === null)
        throw new UserError("usage", "missing argument: FILE[:LINE]", "for example src/cart.ts:12");
      const answer = await whyCommit(ctx, ctx.cwd(), commit);
      return {
        data: commitJson(answer),
        text: () => commitText(answer, pageOf(ctx)),
        isPaged: true,
      };
    }
    const { path, line } = askedFile(ctx, file);
    if (line === null) {
      const answer = await whyFile(ctx, path, commit, countFromOne("--limit", limit));
      return { data: fileJson(answer), text: () => fileText(answer, pageOf(ctx)), isPaged: true };
    }
    const answer = await whyLine(ctx, { path, line }, commit);
    return { data: lineJson(answer), text: () => lineText(answer, pageOf(ctx)) };
  },
});
