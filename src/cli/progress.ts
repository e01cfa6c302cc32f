import type { Context } from "../context.ts";

const BAR_CELLS = 24;
const REDRAW_MS = 100;

/** A bar on stderr, drawn only where that is a terminal. */
export interface Progress {
  /** How much of the total is done, in the same unit. */
  show(done: number): void;
  /** Takes the bar away. */
  clear(): void;
}

/** Begins a bar; `label` says what goes on, in a word or three. */
export function startProgress(
  ctx: Pick<Context, "err" | "now" | "terminal">,
  label: string,
  total: number,
): Progress {
  if (total <= 0 || !ctx.terminal.stderrIsTty()) return { show() {}, clear() {} };
  let drawnAt = ctx.now().getTime();
  let isDrawn = false;
  return {
    show(done) {
      const now = ctx.now().getTime();
      // What is done at once needs no bar, and a terminal is slower than the work.
      if (now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      isDrawn = true;
      const part = Math.min(1, done / total);
      const cells = Math.round(part * BAR_CELLS);
      const bar = "█".repeat(cells) + "░".repeat(BAR_CELLS - cells);
      ctx.err(`\r${label} ${bar} ${String(Math.floor(part * 100)).padStart(3)} %\x1b[K`);
    },
    clear() {
      if (isDrawn) ctx.err("\r\x1b[K");
    },
  };
}
