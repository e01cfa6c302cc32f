import { Database } from "bun:sqlite";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Sandbox } from "../support/binary.ts";

/** Waits until an expression holds in the page. Playwright's own way is a breach of the page's policy. */
export async function until(page: Page, expression: string): Promise<void> {
  while (!(await page.evaluate(expression))) await Bun.sleep(20);
}

/** A row of `session_events`, with what isn't the same for all. */
interface EventRow {
  readonly type: string;
  readonly content: string;
  readonly metadata?: unknown;
  /** Seconds after the session's start. */
  readonly after?: number;
}

interface SessionRow {
  readonly id: string;
  readonly agent?: string;
  readonly title?: string;
  readonly summary?: string;
  /** Seconds ago. */
  readonly started?: number;
  readonly ended?: number | null;
  readonly own?: Readonly<Record<string, string | number>>;
}

const stamp = (secondsAgo: number) =>
  `${new Date(Date.now() - secondsAgo * 1000).toISOString().slice(0, 19)}+00:00`;

/** `mm web` over a database of its own, and the page in a browser that reaches nothing else. */
export class ServedPage implements AsyncDisposable {
  readonly box = new Sandbox();
  readonly #browser: Browser;
  #server: ReturnType<Sandbox["spawn"]> | null = null;
  url = "";
  /** What pages did besides showing themselves. */
  readonly deeds: string[] = [];

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  get origin(): string {
    return new URL(this.url).origin;
  }

  async serve(...words: string[]): Promise<void> {
    const child = this.box.spawn(["web", "--no-open", ...words]);
    this.#server = child;
    const { value } = await child.stdout.getReader().read();
    this.url = new TextDecoder().decode(value).trim();
  }

  async mm(...words: string[]): Promise<string> {
    const { code, out, err } = await this.box.mm(words);
    if (code !== 0) throw new Error(`${words.join(" ")}: ${out}${err}`);
    return out;
  }

  /** A hook call of Claude Code. */
  async hook(event: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const stdin = JSON.stringify({
      session_id: "c1",
      cwd: this.box.folder,
      hook_event_name: event,
      ...fields,
    });
    await this.box.mm(["hook", "claude", event], { stdin });
  }

  /** Changes rows directly; the database has to exist. */
  rows(work: (db: Database) => void): void {
    const db = new Database(this.box.database, { strict: true });
    try {
      db.transaction(() => work(db))();
    } finally {
      db.close(true);
    }
  }

  addSession({
    id,
    agent = "claude-code",
    title,
    summary,
    started = 60,
    ended = null,
    own = {},
  }: SessionRow): void {
    this.rows((db) => {
      const metadata = JSON.stringify(title === undefined ? {} : { title });
      db.query(
        "INSERT INTO sessions (id, agent_id, started_at, ended_at, summary, metadata) VALUES (?, ?, ?, ?, ?, ?)",
      ).run(
        id,
        agent,
        stamp(started),
        ended === null ? null : stamp(ended),
        summary ?? null,
        metadata,
      );
      const columns = {
        session_id: id,
        agent_id: agent,
        client: "claude",
        external_id: id,
        ...own,
      };
      const names = Object.keys(columns);
      db.query(
        `INSERT INTO mm_sessions (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
      ).run(...Object.values(columns));
    });
  }

  addEvents(session: string, events: readonly EventRow[], started = 60): void {
    this.rows((db) => {
      const insert = db.query(
        "INSERT INTO session_events (session_id, event_type, content, created_at, metadata) VALUES (?, ?, ?, ?, ?)",
      );
      for (const { type, content, metadata = {}, after = 1 } of events) {
        insert.run(session, type, content, stamp(started - after), JSON.stringify(metadata));
      }
    });
  }

  /** The page, watched: whatever it does besides asking its own server is a deed. */
  async open(hash = "", options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext(options);
    await context.route("**", async (route) => {
      const { origin } = new URL(route.request().url());
      if (origin === this.origin) return await route.continue();
      this.deeds.push(`request ${route.request().url()}`);
      await route.abort();
    });
    const page = await context.newPage();
    page.on("dialog", (dialog) => {
      this.deeds.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("console", (message) => void this.deeds.push(`console ${message.text()}`));
    page.on("pageerror", (error) => void this.deeds.push(`error ${error.message}`));
    await page.goto(this.url);
    if (hash !== "") await this.go(page, hash);
    await page.locator("h1, .trouble").first().waitFor();
    return page;
  }

  async go(page: Page, hash: string): Promise<void> {
    await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server?.kill("SIGTERM");
    await this.#server?.exited;
    for (const context of this.#browser.contexts()) await context.close();
    this.box[Symbol.dispose]();
  }
}
