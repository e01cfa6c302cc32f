import { browse, type Left } from "../browse/browse.ts";
import { GUTTER, type ListPage, type Size } from "../browse/frame.ts";
import { fit } from "../cli/fit.ts";
import { type Style, styleFor } from "../cli/style.ts";
import type { Context } from "../context.ts";
import { sheetLines } from "../show/sheet-lines.ts";
import { counted, escapeControls } from "../text/text.ts";
import { isShownWith } from "./choose.ts";
import type { Resumable } from "./resumable.ts";
import { sessionLine, widthsOf } from "./text.ts";

const HINT = "Enter resumes · Tab shows · Esc leaves";
/** Only ages change. */
const REFRESH_MS = 30_000;

function matches(session: Resumable, filter: string): boolean {
  return isShownWith(session, filter.split(/\s+/u));
}

function headLine(
  filter: string,
  shown: number,
  all: number,
  columns: number,
  style: Style,
): string {
  const count = shown === all ? counted(all, "session") : `${shown} of ${all}`;
  const room = Math.max(0, columns - Bun.stringWidth(count) - 2);
  const typed = `Resume: ${escapeControls(filter)}`;
  // The end of what is typed is what one looks at.
  let tail = typed;
  while (Bun.stringWidth(tail) > room - 1 && tail !== "")
    tail = tail.slice([...tail][0]?.length ?? 1);
  const line = `${tail === typed ? typed : tail}_`;
  const gap = " ".repeat(Math.max(2, columns - Bun.stringWidth(line) - Bun.stringWidth(count)));
  return `${style.bold(fit(line, columns))}${columns < 20 ? "" : gap + style.dim(count)}`;
}

/** Those of the project here first, each in the order that they had. */
function hereFirst(sessions: readonly Resumable[]): Resumable[] {
  return [...sessions].sort((a, b) => Number(b.isHere) - Number(a.isHere));
}

type Needs = Pick<
  Context,
  "agentProcesses" | "env" | "now" | "screen" | "store" | "terminal" | "warnings"
>;

/** Whether there is a terminal on which a person can pick a session. */
export function canPick({ env, terminal }: Pick<Context, "env" | "terminal">): boolean {
  return terminal.stdoutIsTty() && terminal.stdinIsTty() && env["TERM"] !== "dumb";
}

/** Lets a person pick one of the sessions. */
export async function pick(ctx: Needs, sessions: readonly Resumable[]): Promise<Left> {
  const style = styleFor(ctx);
  const all = hereFirst(sessions);
  const widths = widthsOf(all);
  const list = async (filter: string, { columns }: Size): Promise<ListPage> => {
    const shown =
      filter.trim() === "" ? all : all.filter((session) => matches(session, filter.trim()));
    const room = columns - GUTTER;
    return {
      head: [headLine(filter, shown.length, all.length, columns, style)],
      rows: shown.map((session) => ({
        id: session.id,
        line: () => sessionLine(session, room, widths, style),
      })),
      foot: () => (shown.length === 0 ? [style.dim(fit("No session matches.", columns))] : [""]),
    };
  };
  return await browse(ctx, {
    filters: true,
    hint: HINT,
    refreshMs: REFRESH_MS,
    list,
    describe: (id) => sheetLines(ctx, id),
    ending: null,
  });
}
