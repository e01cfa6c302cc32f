import type { Listener, Serving } from "../../src/context.ts";
import type { Outcome, World } from "./world.ts";

/** `mm web` in a world, without a socket. */
export class Served {
  readonly world: World;
  /** The ports that were tried. */
  readonly ports: number[] = [];
  /** Ports that others have. */
  readonly taken = new Set<number>();
  /** What this program was run with, besides. */
  readonly ran: (readonly string[])[] = [];
  /** Files that the browser was given, with their texts. */
  readonly opened: { path: string; text: string }[] = [];
  hasBrowser = true;
  /** Whether the server that `web.json` names is alive. */
  isAlive = false;
  /** Whether the process that it names is, where it has no port yet. */
  isStarting = false;
  /** The address, once it is printed. */
  url = "";
  #handler: ((request: Request) => Promise<Response>) | null = null;
  readonly #stop = Promise.withResolvers<void>();

  constructor(world: World) {
    this.world = world;
    world.serving = this.#serving();
  }

  #serving(): Serving {
    return {
      pid: 4711,
      stopped: this.#stop.promise,
      listen: (port, handlerFor) => this.#listen(port === 0 ? 50_000 : port, handlerFor),
      answers: async () => this.isAlive,
      isAlive: () => this.isStarting,
      runSelf: async (words) => {
        this.ran.push(words);
        return await this.world.mm(...words);
      },
      canOpen: () => this.hasBrowser,
      open: (path) => {
        this.opened.push({ path, text: this.world.disk.readFileSync(path, "utf8") });
      },
    };
  }

  #listen(port: number, handlerFor: Parameters<Serving["listen"]>[1]): Listener | null {
    this.ports.push(port);
    if (this.taken.has(port)) return null;
    this.#handler = handlerFor(port);
    const stop = async () => {
      this.#handler = null;
    };
    return { port, stop };
  }

  /** Whether `mm web` has noted its port. */
  #isNoted(): boolean {
    return this.world.files().includes("web.json") && !this.address().includes(":0/");
  }

  /** Runs `mm web` while `work` asks it. */
  async during(words: readonly string[], work: () => Promise<void>): Promise<Outcome> {
    const over = this.world.mm("web", ...words);
    while (this.#handler === null || !this.#isNoted()) await Bun.sleep(1);
    this.url = this.address();
    try {
      await work();
    } finally {
      this.#stop.resolve();
    }
    return await over;
  }

  /** The address with the token, as `web.json` tells it. */
  address(): string {
    const { port, token } = JSON.parse(
      this.world.disk.readFileSync(`${this.world.home}/web.json`, "utf8"),
    ) as { port: number; token: string };
    return `http://127.0.0.1:${port}/#t=${token}`;
  }

  /** Asks as the page does. */
  async ask(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const [base = "", token] = this.url.split("#t=");
    const request = new Request(new URL(path, base).href, {
      headers: { host: new URL(base).host, authorization: `Bearer ${token}`, ...headers },
    });
    return (await this.#handler?.(request)) ?? new Response("", { status: 599 });
  }
}
