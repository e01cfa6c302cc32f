import { browse } from "../browse/browse.ts";
import { GUTTER, type ListPage } from "../browse/frame.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { resume } from "../resume/resume.ts";
import { endByHand } from "../sessions/end.ts";
import { sheetLinesOn } from "../show/sheet-lines.ts";
import { escapeControls } from "../text/text.ts";
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

/** Another machine's session can only be looked at here. */
function elsewhere(id: string, machine: string): UserError {
  return new UserError(
    "resume_unknown",
    `its agent keeps this session on ${escapeControls(machine)}`,
    `\`mm show ${id.slice(0, SHORT_ID)} --machine all\` shows what it did`,
  );
}

const SHORT_ID = 8;

/** The sessions that are watched. */
interface Watched {
  list(): Promise<readonly LiveSession[]>;
  /** The names of machines that were typed. */
  readonly machine: string | undefined;
}

type ToPage = (live: readonly LiveSession[], columns: number) => ListPage;

/**
 * Shows the live sessions until a person leaves them or resumes one.
 * @returns the exit code
 * @throws UserError `usage` if stdout isn't a terminal, or is one that can't be redrawn; `resume_unknown` for a session
 * of another machine
 */
export async function watchLive(ctx: Context, watched: Watched, toPage: ToPage): Promise<number> {
  if (!ctx.terminal.stdoutIsTty() || ctx.env["TERM"] === "dumb") {
    const what = ctx.terminal.stdoutIsTty() ? "a terminal that can be redrawn" : "a terminal";
    throw new UserError("usage", `--watch needs ${what}`, "leave it out to print once");
  }
  /** The names of other machines, by the ids of their sessions. */
  const others = new Map<string, string>();
  const list = async () => {
    const live = await watched.list();
    others.clear();
    for (const { id, machine } of live) {
      if ((machine?.sourceId ?? null) !== null) others.set(id, machine?.name ?? "");
    }
    return live;
  };
  const left = await browse(ctx, {
    filters: false,
    hint: HINT,
    refreshMs: REFRESH_MS,
    async list(_, { columns }) {
      const page = toPage(await list(), columns - GUTTER);
      return { ...page, head: page.head.map((line) => " ".repeat(GUTTER) + line) };
    },
    describe: (id) => sheetLinesOn(ctx, watched.machine, id),
    ending: {
      question(id) {
        const machine = others.get(id);
        if (machine === undefined) return "End it? [y/N]  An agent that runs goes on.";
        return `It can be ended on ${escapeControls(machine)} alone. Any key goes back.`;
      },
      end: async (id) => void (others.has(id) || (await end(ctx, id))),
    },
  });
  if (left.kind === "left") return left.code;
  const machine = others.get(left.id);
  if (machine !== undefined) throw elsewhere(left.id, machine);
  return await resume(ctx, [left.id]);
}
