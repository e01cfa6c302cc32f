import type { Root } from "../cli/tree.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { pulledNames, replicaMark } from "../machines/pulled.ts";
import type { View } from "../store/store.ts";
import { toJson } from "../text/text.ts";
import { dataVersion } from "../wait/sql.ts";
import { answer } from "./answers.ts";
import { told } from "./api.ts";
import { indexedPart } from "./indexed.ts";

/** Asking whether anything was written takes 12 µs. */
const POLL_MS = 500;
/** What time or a process does to a state nobody writes down. */
const LOOK_AGAIN_MS = 10_000;
/** A database that can't be read now may be readable soon. */
const RETRY_MS = 2000;
const MOST_STREAMS = 16;

const WRITTEN = "event: written\ndata:\n\n";

type Send = (text: string) => void;

function ageless(document: string): string {
  return document.replaceAll(/"age_seconds":(?:\d+|null)/gu, "");
}

/** Tells open pages what changes, and looks for it only while there are any. */
export class Changes {
  readonly #ctx: Context;
  readonly #root: Root;
  readonly #streams = new Set<Send>();
  #live = "";
  /** The other machines, as they were told; empty for none. */
  #machines = "";
  #isWatching = false;
  readonly #isSearching: () => boolean;

  /** @param isSearching whether a search runs, which may have to index first */
  constructor(ctx: Context, root: Root, isSearching: () => boolean) {
    this.#ctx = ctx;
    this.#root = root;
    this.#isSearching = isSearching;
  }

  /** How many pages are open. */
  get open(): number {
    return this.#streams.size;
  }

  /** A stream of what changes, from the present state on; null if there are too many. */
  stream(): Response | null {
    if (this.#streams.size >= MOST_STREAMS) return null;
    let send: Send = () => undefined;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        const encoder = new TextEncoder();
        send = (text) => controller.enqueue(encoder.encode(text));
        this.#streams.add(send);
        // What was written while it didn't listen, nobody has told it.
        send(this.#live === "" ? ":\n\n" : this.#live + this.#machines + WRITTEN);
        void this.#watch();
      },
      cancel: () => void this.#streams.delete(send),
    });
    return answer(body, 200, "text/event-stream; charset=utf-8");
  }

  /** Forgets all pages, so that nothing is looked for any more. */
  close(): void {
    this.#streams.clear();
  }

  #send(text: string): void {
    for (const send of this.#streams) {
      try {
        send(text);
      } catch {
        this.#streams.delete(send);
      }
    }
  }

  async #watch(): Promise<void> {
    if (this.#isWatching) return;
    this.#isWatching = true;
    while (this.#streams.size > 0) await this.#sitting();
    this.#isWatching = false;
    this.#live = "";
    this.#machines = "";
  }

  /** Watches one database until it is another one, or nobody listens. */
  async #sitting(): Promise<void> {
    try {
      const store = await this.#ctx.store();
      const watched = await store.read((view) => this.#attend(view, store.databasePath));
      if (watched !== undefined) return;
      await this.#look();
      await this.#ctx.sleep(POLL_MS);
    } catch (error) {
      const { code, message, hint } = asUserError(error);
      this.#tell("problem", toJson({ error: { code, message, hint } }));
      await this.#ctx.sleep(RETRY_MS);
    }
  }

  async #attend({ db, reading }: View, path: string): Promise<true> {
    const { home } = await this.#ctx.store();
    const inode = await inodeOf(path);
    let version: string | null = null;
    let until = 0;
    while (this.#streams.size > 0) {
      const now = this.#ctx.now().getTime();
      const before = version;
      version = `${dataVersion(db)} ${replicaMark(home)}`;
      const isWritten = version !== before;
      if (isWritten || now >= until) {
        until = now + LOOK_AGAIN_MS;
        await this.#look();
        if (isWritten) this.#send(WRITTEN);
      }
      if (this.#isSearching()) this.#tellIndexed(indexedPart(db, path));
      // What nobody shares is not told of what others write to it.
      if (reading !== "shared") await this.#ctx.sleep(RETRY_MS);
      if (reading !== "shared" || (await inodeOf(path)) !== inode) break;
      await this.#ctx.sleep(POLL_MS);
    }
    return true;
  }

  #tellIndexed(part: number | null): void {
    if (part !== null && part < 1) this.#send(`event: indexed\ndata: ${part}\n\n`);
  }

  /** Sends the live sessions if they aren't what was sent last. */
  async #look(): Promise<void> {
    const { code, out } = await told(this.#ctx, this.#root, ["ps", "--json"]);
    this.#tell(code === 0 ? "live" : "problem", out.trimEnd());
    await this.#tellMachines();
  }

  async #tellMachines(): Promise<void> {
    const names = await pulledNames(this.#ctx);
    const text = `event: machines\ndata: ${toJson(names)}\n\n`;
    if (text === this.#machines || (names === null && this.#machines === "")) return;
    this.#machines = text;
    this.#send(text);
  }

  #tell(event: string, data: string): void {
    const text = `event: ${event}\ndata: ${data}\n\n`;
    if (ageless(text) === ageless(this.#live)) this.#send(":\n\n");
    else this.#send(text);
    this.#live = text;
  }
}

function asUserError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  return new UserError("internal", error instanceof Error ? error.message : String(error));
}

/** Tells a file from another one of the same name; null where there is none. */
async function inodeOf(path: string): Promise<number | null> {
  try {
    return (await Bun.file(path).stat()).ino;
  } catch {
    return null;
  }
}
