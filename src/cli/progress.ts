import type { Context } from "../context.ts";
import { fit } from "./fit.ts";

const MAX_BAR_CELLS = 24;
const MIN_BAR_CELLS = 5;
const REDRAW_MS = 100;

/** A progress bar on stderr. It is drawn only on a terminal. */
export interface Progress {
  /** Redraws the bar. `done` has the unit of the total. */
  show(done: number): void;
  /** Lets the event loop run if the bar was redrawn, so that signals get through during synchronous work. */
  turn(): Promise<void>;
  /** Removes the bar from the terminal. */
  clear(): void;
}

/** The bar, narrower than the terminal so that it stays on one line. In few cells it is the label alone. */
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
    // Short work needs no bar, and drawing is slower than the work.
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

/** Starts a bar. `label` names the work in one to three words. */
export function startProgress(ctx: Needs, label: string, total: number): Progress {
  return total <= 0 || !ctx.terminal.stderrIsTty() ? NOT_DRAWN : new Bar(ctx, label, total);
}

/** A bar for work that finds out its total later, perhaps more than once. */
export interface LateProgress extends Progress {
  /** Whether the bar is drawn. If not, a total that is slow to find out isn't needed. */
  readonly isShown: boolean;
  /** Starts over with this total. */
  begin(total: number): void;
}

/** Runs `work` with a bar and removes the bar afterwards. With `isSilent` no bar is drawn. */
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
