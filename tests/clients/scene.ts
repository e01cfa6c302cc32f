import type { Agent } from "./agents.ts";
import type { InTerminal } from "./in-terminal.ts";
import { type Recorded, recorded } from "./recorded.ts";
import { reaches, type Terminal, until } from "./terminal.ts";
import type { Workplace } from "./workplace.ts";

/** An agent that is driven in a terminal. */
export type Driven = Agent & { readonly terminal: InTerminal };

/** Nothing more is asked once nothing was for so long. */
const QUIET_MS = 2000;
const LOOK_MS = 200;
const TRIES = 4;
/** So soon `mm` knows that a turn was interrupted. */
const INTERRUPTED_MS = 8000;

const sorted = (types: readonly string[]) => [...types].sort();

/** An agent in a terminal with hooks, and what is asked of both. */
export class Scene implements AsyncDisposable {
  readonly #agent: Driven;
  readonly place: Workplace;
  readonly #windows: Terminal[] = [];

  constructor(agent: Driven, place: Workplace) {
    this.#agent = agent;
    this.place = place;
  }

  /** What the last window shows. */
  get #shown(): string {
    return this.#windows.at(-1)?.screen ?? "";
  }

  /** @param by what starts the agent with these words */
  async window(
    words = this.#agent.terminal.words,
    by: "agent" | "mm" = "agent",
  ): Promise<Terminal> {
    const { ready, env, questioned, questions } = this.#agent.terminal;
    const window = this.place.open(words, env, by);
    const isAsked = questioned === "all" || (questioned === "first" && this.#windows.length === 0);
    this.#windows.push(window);
    // It may show its composer before it asks.
    if (isAsked && questions[0] !== undefined) await window.shows(questions[0].shows);
    let quietSince = performance.now();
    const isReady = async () => {
      if ((await this.#answers(window)) || !ready.test(window.screen))
        quietSince = performance.now();
      return performance.now() - quietSince > QUIET_MS;
    };
    await until(isReady, () => `it doesn't start:\n${window.screen}`);
    return window;
  }

  /** Answers what it asks at its start. */
  async #answers(window: Terminal): Promise<boolean> {
    const { questions } = this.#agent.terminal;
    const asked = questions.find(({ shows }) => shows.test(window.screen));
    if (asked !== undefined) await window.press(...asked.keys);
    await Bun.sleep(LOOK_MS);
    return asked !== undefined;
  }

  async #states(): Promise<string[]> {
    const { sessions } = (await this.place.mm("ps")) as { sessions: { state: string }[] };
    return sessions.map(({ state }) => state);
  }

  /** Waits for the states of the live sessions, in the order in which `mm ps` lists them. */
  async is(...expected: readonly string[]): Promise<void> {
    let seen: readonly string[] = [];
    const holds = async () => {
      seen = await this.#states();
      return Bun.deepEquals(seen, expected);
    };
    await until(holds, () => `${seen} instead of ${expected}:\n${this.#shown}`);
  }

  /** Presses keys until it rests, since a press may come too early, or too late to be the second of two. */
  async interrupt(window: Terminal): Promise<void> {
    const rests = async () => (await this.#states())[0] === "waiting";
    for (let tries = 0; tries < TRIES && !(await rests()); tries++) {
      await window.press(...this.#agent.terminal.interrupt);
      await reaches(rests, INTERRUPTED_MS);
    }
    await this.is("waiting");
  }

  /** The latest session. */
  async session(): Promise<Recorded | undefined> {
    return (await recorded(this.place)).at(-1);
  }

  async types(): Promise<readonly string[]> {
    return (await this.session())?.types ?? [];
  }

  /** Does something, and waits until it has left these events in the latest session, in whatever order, which rests. */
  async leaves(expected: readonly string[], act: () => Promise<void>): Promise<void> {
    const before = await this.session();
    await act();
    let seen: readonly string[] = [];
    const holds = async () => {
      const now = await this.session();
      const types = now?.types.slice(now.id === before?.id ? before.types.length : 0) ?? [];
      // The end of the turn before may come late: what the agent writes for itself had told it.
      seen = types[0] === "turn_end" ? types.slice(1) : types;
      const isAll = Bun.deepEquals(sorted(seen), sorted(expected));
      return isAll && (await this.#states())[0] === "waiting";
    };
    await until(holds, () => `${seen} instead of ${expected}:\n${this.#shown}`).catch(
      async (error: Error) => {
        const told = (await this.session())?.events.slice(-expected.length);
        throw new Error(`${error.message}\n${JSON.stringify(told)}`);
      },
    );
  }

  /** Waits until the events of the latest session tell this text. */
  async tells(text: string): Promise<void> {
    const holds = async () => JSON.stringify((await this.session())?.events).includes(text);
    await until(holds, () => `"${text}" is lost:\n${this.#shown}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const window of this.#windows) window[Symbol.dispose]();
    await this.place[Symbol.asyncDispose]();
  }
}
