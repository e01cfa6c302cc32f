import { browse } from "../browse/browse.ts";
import { GUTTER, type ListPage } from "../browse/frame.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { resume } from "../resume/resume.ts";
import { endByHand } from "../sessions/end.ts";
import { sheetLines } from "../show/sheet-lines.ts";
import type { LiveSession } from "./live.ts";

const REFRESH_MS = 2000;
const HINT = "q quits · ↑↓ select · Enter resumes · Tab shows · e ends";

/** What has ended in the meantime is as it should be. */
async function end(ctx: Context, id: string): Promise<void> {
  try {
    await endByHand(ctx, { id, summary: undefined, automatic: true });
  } catch (error) {
    if (!(error instanceof UserError && error.code === "session_ended")) throw error;
  }
}

type ToPage = (live: readonly LiveSession[], columns: number) => ListPage;

/**
 * Shows the live sessions until a person leaves them or resumes one.
 * @returns the exit code
 * @throws UserError `usage` if stdout isn't a terminal, or is one that can't be redrawn
 */
export async function watchLive(
  ctx: Context,
  sessions: () => Promise<readonly LiveSession[]>,
  toPage: ToPage,
): Promise<number> {
  if (!ctx.terminal.stdoutIsTty() || ctx.env["TERM"] === "dumb") {
    const what = ctx.terminal.stdoutIsTty() ? "a terminal that can be redrawn" : "a terminal";
    throw new UserError("usage", `--watch needs ${what}`, "leave it out to print once");
  }
  const left = await browse(ctx, {
    filters: false,
    hint: HINT,
    refreshMs: REFRESH_MS,
    async list(_, { columns }) {
      const page = toPage(await sessions(), columns - GUTTER);
      return { ...page, head: page.head.map((line) => " ".repeat(GUTTER) + line) };
    },
    describe: (id) => sheetLines(ctx, id),
    ending: {
      question: "End it? [y/N]  An agent that runs goes on.",
      end: (id) => end(ctx, id),
    },
  });
  return left.kind === "left" ? left.code : await resume(ctx, [left.id]);
}
