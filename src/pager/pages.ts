import type { Context, Pager } from "../context.ts";
import { splitCommands } from "../text/shell-words.ts";

type Needs = Pick<Context, "env" | "out" | "pager" | "terminal">;

/** Shows what fits at once, keeps the screen, and passes colours through. */
const LESS = ["less", "-FRX"];

/** The pager to run, or null if the user wants none. Nothing of it goes through a shell. */
export function pagerWords(env: Context["env"]): readonly string[] | null {
  const named = env.MM_PAGER ?? env.PAGER;
  if (named === undefined) return LESS;
  const [words = []] = splitCommands(named, "posix");
  if (words.length === 0 || words[0] === "cat") return null;
  return words;
}

/** How many lines of a terminal the text takes, but no more than `most`. */
export function rowsTaken(text: string, columns: number, most: number): number {
  let rows = 0;
  for (const line of text.split("\n").slice(0, most)) {
    rows += Math.max(1, Math.ceil(Bun.stringWidth(line) / columns));
    if (rows >= most) return most;
  }
  return rows;
}

/** Writes to a terminal, through the user's pager once it is more than a screen. */
export class Pages {
  readonly #ctx: Needs;
  #held: string | null = "";
  #pager: Pager | null = null;

  constructor(ctx: Needs) {
    this.#ctx = ctx;
  }

  /** @returns false if nobody reads any more */
  async write(text: string): Promise<boolean> {
    if (this.#held !== null) {
      this.#held += text;
      if (!this.#isTooLong(this.#held)) return true;
      return await this.#open(this.#held);
    }
    return await (this.#pager === null ? this.#ctx.out(text) : this.#pager.write(text));
  }

  /** Writes what is left, and waits for the user to leave the pager. */
  async finish(): Promise<void> {
    if (this.#held !== null) await this.#ctx.out(this.#held);
    await this.#pager?.close();
  }

  #isTooLong(text: string): boolean {
    const { terminal } = this.#ctx;
    const rows = terminal.rows();
    // The prompt takes a line.
    return rowsTaken(text, terminal.columns(), rows + 1) > rows;
  }

  async #open(text: string): Promise<boolean> {
    this.#held = null;
    const { env } = this.#ctx;
    const words = env.TERM === "dumb" ? null : pagerWords(env);
    if (words !== null) this.#pager = await this.#ctx.pager(words);
    return await (this.#pager === null ? this.#ctx.out(text) : this.#pager.write(text));
  }
}
