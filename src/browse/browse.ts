import { styleFor } from "../cli/style.ts";
import type { Context, Key, Screen } from "../context.ts";
import { type Frame, type ListPage, listFrame, type Size, textFrame } from "./frame.ts";
import { type Browsing, press, START } from "./list.ts";

/** Sessions to look through. */
export interface Browsed {
  /** Whether what is typed filters the list; if not, letters are commands. */
  readonly filters: boolean;
  /** Says the keys of the list. */
  readonly hint: string;
  readonly refreshMs: number;
  /** The sessions that match what was typed. */
  list(filter: string, size: Size): Promise<ListPage>;
  /** Everything that is known of a session, as lines no wider than the terminal. */
  describe(id: string): Promise<readonly string[]>;
  /** What is asked before a session is ended, and what ends it; null where none can be. */
  readonly ending: { question(id: string): string; end(id: string): Promise<void> } | null;
}

/** How the list was left: with an exit code, or to resume a session. */
export type Left =
  | { readonly kind: "left"; readonly code: number }
  | { readonly kind: "resume"; readonly id: string };

const TEXT_HINT = "Enter resumes · Tab goes back · ↑↓ scroll";

/** What was drawn last. */
interface Drawn {
  readonly frame: Frame;
  readonly ids: readonly string[];
  readonly lines: number;
}

type Needs = Pick<Context, "env" | "screen" | "terminal">;

class Browser {
  readonly #ctx: Needs;
  readonly #screen: Screen;
  readonly #browsed: Browsed;
  #now: Browsing = START;

  constructor(ctx: Needs, screen: Screen, browsed: Browsed) {
    this.#ctx = ctx;
    this.#screen = screen;
    this.#browsed = browsed;
  }

  async run(): Promise<Left> {
    for (;;) {
      const drawn = await this.#draw();
      const event = await this.#screen.wait(this.#browsed.refreshMs);
      if (event.kind === "ended") return { kind: "left", code: event.code };
      const left = event.kind === "key" ? await this.#press(event.key, drawn) : null;
      if (left !== null) return left;
    }
  }

  async #draw(): Promise<Drawn> {
    const size = { rows: this.#screen.rows(), columns: this.#screen.columns() };
    const { selected, scrolled } = this.#now;
    const drawn =
      selected !== null && scrolled !== null
        ? await this.#drawText(selected, scrolled, size)
        : await this.#drawList(size);
    this.#screen.show(drawn.frame.text);
    return drawn;
  }

  async #drawText(id: string, scrolled: number, size: Size): Promise<Drawn> {
    const lines = await this.#browsed.describe(id);
    const frame = textFrame(lines, scrolled, size, TEXT_HINT, styleFor(this.#ctx));
    return { frame, ids: [id], lines: lines.length };
  }

  async #drawList(size: Size): Promise<Drawn> {
    const { filters, hint, ending } = this.#browsed;
    const listing = await this.#browsed.list(this.#now.filter, size);
    const { isAsked, selected } = this.#now;
    const asked = isAsked && selected !== null ? ending?.question(selected) : undefined;
    const below = { hint, question: asked ?? null };
    const frame = listFrame(listing, this.#now, filters, size, below, styleFor(this.#ctx));
    this.#now = { ...this.#now, top: frame.top };
    return { frame, ids: listing.rows.map(({ id }) => id), lines: 0 };
  }

  async #press(key: Key, { frame, ids, lines }: Drawn): Promise<Left | null> {
    const { filters, ending } = this.#browsed;
    const { room } = frame;
    const mayEnd = ending !== null;
    const { now, does } = press(this.#now, key, { ids, room, lines, filters, mayEnd });
    this.#now = now;
    if (does === "leave") return { kind: "left", code: 0 };
    if (now.selected === null) return null;
    if (does === "resume") return { kind: "resume", id: now.selected };
    if (does === "end") await ending?.end(now.selected);
    return null;
  }
}

/** Lets a person look through sessions on the whole terminal, which is given back however that ends. */
export async function browse(ctx: Needs, browsed: Browsed): Promise<Left> {
  const screen = await ctx.screen();
  try {
    return await new Browser(ctx, screen, browsed).run();
  } finally {
    screen.close();
  }
}
