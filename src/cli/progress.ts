import type { Context } from "../context.ts";
import { fit } from "./fit.ts";

const MAX_BAR_CELLS = 24;
const MIN_BAR_CELLS = 5;
const REDRAW_MS = 100;

/** A bar on stderr, drawn only where that is a terminal. */
export interface Progress {
  /** How much of the total is done, in the same unit. */
  show(done: number): void;
  /** Lets signals in that came while it was drawn, for work that waits for nothing itself. */
  turn(): Promise<void>;
  /** Takes the bar away. */
  clear(): void;
}

/** The bar in fewer cells than the terminal has, so that it stays on its line: the label alone where they are few. */
function drawn(label: string, part: number, columns: number): string {
  const percent = `${String(Math.floor(part * 100)).padStart(3)} %`;
  const cells = Math.min(MAX_BAR_CELLS, columns - 1 - `${label}  ${percent}`.length);
  if (cells < MIN_BAR_CELLS) return fit(`${label} ${percent}`, columns - 1);
  const full = Math.round(part * cells);
  return `${label} ${"█".repeat(full)}${"░".repeat(cells - full)} ${percent}`;
}

type Needs = Pick<Context, "beforeSignalled" | "err" | "now" | "terminal">;

class Bar implements Progress {
  readonly #ctx: Needs;
  readonly #label: string;
  readonly #total: number;
  #drawnAt: number;
  #release: (() => void) | null = null;
  #hasTurned = true;

  constructor(ctx: Needs, label: string, total: number) {
    this.#ctx = ctx;
    this.#label = label;
    this.#total = total;
    this.#drawnAt = ctx.now().getTime();
  }

  readonly show = (done: number): void => {
    const now = this.#ctx.now().getTime();
    // What is done at once needs no bar, and a terminal is slower than the work.
    if (now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#hasTurned = false;
    this.#release ??= this.#ctx.beforeSignalled(() => this.clear());
    const part = Math.min(1, done / this.#total);
    this.#ctx.err(`\r${drawn(this.#label, part, this.#ctx.terminal.columns())}\x1b[K`);
  };

  async turn(): Promise<void> {
    if (this.#hasTurned) return;
    this.#hasTurned = true;
    await Bun.sleep(0);
  }

  clear(): void {
    if (this.#release === null) return;
    this.#release();
    this.#release = null;
    this.#ctx.err("\r\x1b[K");
  }
}

const NOT_DRAWN: Progress = { show() {}, async turn() {}, clear() {} };

/** Begins a bar; `label` says what goes on, in a word or three. */
export function startProgress(ctx: Needs, label: string, total: number): Progress {
  return total <= 0 || !ctx.terminal.stderrIsTty() ? NOT_DRAWN : new Bar(ctx, label, total);
}

/** A bar for work that finds out itself how much there is to do, perhaps more than once. */
export interface LateProgress extends Progress {
  /** Whether there is anybody to look at it, for a total that takes its time to find out. */
  readonly isShown: boolean;
  /** From here on the bar is of this total. */
  begin(total: number): void;
}

/** Does `work` with a bar that goes when it is over; `isSilent` where nobody looks at it. */
export async function withProgress<T>(
  ctx: Needs,
  label: string,
  isSilent: boolean,
  work: (progress: LateProgress) => Promise<T>,
): Promise<T> {
  let bar = NOT_DRAWN;
  const isShown = !isSilent && ctx.terminal.stderrIsTty();
  const progress: LateProgress = {
    isShown,
    begin: (total) => {
      bar.clear();
      bar = isShown ? startProgress(ctx, label, total) : NOT_DRAWN;
    },
    show: (done) => bar.show(done),
    turn: () => bar.turn(),
    clear: () => bar.clear(),
  };
  try {
    return await work(progress);
  } finally {
    progress.clear();
  }
}
