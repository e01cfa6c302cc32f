import { run } from "../cli/run.ts";
import type { Root } from "../cli/tree.ts";
import type { Context } from "../context.ts";
import { replicaMark } from "../machines/pulled.ts";
import { lookAtFile } from "../store/connection.ts";
import { redact } from "../text/redact.ts";
import { toJson } from "../text/text.ts";
import { answer } from "./answers.ts";
import { redactDocument } from "./redacted.ts";

/** A command whose JSON the page may ask for. */
interface Route {
  readonly words: readonly string[];
  /** The query's key for what has no option, and the options that take no value. */
  readonly operand?: string;
  readonly flags?: readonly string[];
  /** Options where the query has none, and those that it can't change. */
  readonly usual?: Readonly<Record<string, string>>;
  readonly fixed?: readonly string[];
  /** Takes so long that it is run by a process of its own, one after another. */
  readonly isLong?: boolean;
  /** Whether its answer stays the same until something is written. */
  readonly isKept?: boolean;
}

/** As many events as the page asks for, and as many bytes as it shows at once. */
const EVENTS = { usual: { limit: "300" }, fixed: ["--bytes=1000000"] };
const FIGURES = { isLong: true, isKept: true };

const ROUTES: Readonly<Record<string, Route>> = {
  ps: { words: ["ps"] },
  "session/list": { words: ["session", "list"], flags: ["active"] },
  "session/show": { words: ["session", "show"], operand: "id", flags: ["outline"] },
  "session/events": { words: ["session", "events"], operand: "id", ...EVENTS },
  search: { words: ["search"], operand: "q", isLong: true },
  stats: { words: ["stats"], flags: ["raw"], ...FIGURES },
  "stats/hooks": { words: ["stats", "hooks"], ...FIGURES },
  "stats/tokens": { words: ["stats", "tokens"], ...FIGURES },
  "stats/cost": { words: ["stats", "cost"], ...FIGURES },
};

/** What a command told. */
export interface Told {
  readonly code: number;
  /** The document that it printed. */
  readonly out: string;
  /** What it warned of. */
  readonly warnings: readonly string[];
}

/** The command line that a query stands for. Keys that are no options are left to the command to refuse. */
function wordsOf(route: Route, query: URLSearchParams): string[] {
  const { words, operand, flags = [], usual = {}, fixed = [] } = route;
  const options: string[] = [...fixed];
  for (const [key, value] of Object.entries(usual))
    if (!query.has(key)) options.push(`--${key}=${value}`);
  const operands: string[] = [];
  for (const [key, value] of query) {
    if (key === operand) operands.push(value);
    else if (flags.includes(key) && value === "true") options.push(`--${key}`);
    else options.push(`--${key}=${value}`);
  }
  return [...words, "--json", ...options, ...(operands.length > 0 ? ["--", ...operands] : [])];
}

/** More than anything that a browser can show; it is gathered in memory. */
const MOST_CHARS = 32_000_000;

const TOO_LONG: Told = {
  code: 2,
  warnings: [],
  out: `${toJson({
    error: {
      code: "usage",
      message: "the document is too long for one answer",
      hint: "ask for less: outline=true, or a smaller limit",
    },
  })}\n`,
};

/**
 * Runs a command in this process, as if its output went into a pipe, which is closed when it has had enough. What it
 * prints is redacted once more.
 */
export async function told(ctx: Context, root: Root, words: readonly string[]): Promise<Told> {
  let out = "";
  const warnings: string[] = [];
  const code = await run(root, {
    ...ctx,
    argv: words,
    out: async (text) => {
      out += text;
      return out.length <= MOST_CHARS;
    },
    err: () => undefined,
    warnings,
    terminal: { ...ctx.terminal, stdoutIsTty: () => false, stderrIsTty: () => false },
    later: () => undefined,
    // The server goes on.
    close: () => undefined,
  });
  return out.length <= MOST_CHARS ? { code, out: redactDocument(out), warnings } : TOO_LONG;
}

const NOT_FOUND = ["no_session", "session_not_found", "project_not_found", "sync_source"];

function statusOf(found: Told): number {
  const { code, out } = found;
  if (found === TOO_LONG) return 413;
  if (code === 0) return 200;
  if (code === 2) return 400;
  const error = JSON.parse(out || "{}").error;
  return NOT_FOUND.includes(error?.code ?? error) ? 404 : 500;
}

const MOST_WARNING_CHARS = 1000;

/** Warnings stand beside the document, which is the command's own. */
function withWarnings(response: Response, warnings: readonly string[]): Response {
  const text = redact([...new Set(warnings)].join(" ")).slice(0, MOST_WARNING_CHARS);
  if (text !== "") response.headers.set("mm-warning", encodeURIComponent(text.toWellFormed()));
  return response;
}

/** What another process of this program has warned of. */
function warningsIn(err: string): string[] {
  return [...err.matchAll(/^mm: warning: (.*)$/gmu)].map(([, text = ""]) => text);
}

const MOST_KEPT = 50;

/** Answers what the page asks with the documents that commands print. */
export class Api {
  readonly #ctx: Context;
  readonly #root: Root;
  /** Settles when the last long command is over. */
  #last: Promise<unknown> = Promise.resolve();
  #searches = 0;
  readonly #kept = new Map<string, { readonly mark: string; readonly told: Told }>();

  constructor(ctx: Context, root: Root) {
    this.#ctx = ctx;
    this.#root = root;
  }

  /** Whether a search is asked for, and not answered yet. */
  get isSearching(): boolean {
    return this.#searches > 0;
  }

  /** @returns null where there is no such document */
  async answer(url: URL, signal: AbortSignal): Promise<Response | null> {
    const path = url.pathname.slice("/api/".length);
    if (!Object.hasOwn(ROUTES, path)) return null;
    const route = ROUTES[path] as Route;
    const words = wordsOf(route, url.searchParams);
    const isSearch = path === "search";
    if (isSearch) this.#searches++;
    const found = await this.#told(route, words, signal).finally(() => {
      if (isSearch) this.#searches--;
    });
    return withWarnings(
      answer(found.out, statusOf(found), "application/json; charset=utf-8"),
      found.warnings,
    );
  }

  async #told({ isLong, isKept }: Route, words: string[], signal: AbortSignal): Promise<Told> {
    // No command line holds a NUL.
    const isShort = isLong !== true || words.some((word) => word.includes("\0"));
    if (isShort) return await told(this.#ctx, this.#root, words);
    const key = words.join("\0");
    const mark = await this.#mark();
    const kept = this.#kept.get(key);
    if (isKept && kept?.mark === mark) return kept.told;
    const found = await this.#inTurn(() => this.#alone(words, signal));
    this.#kept.delete(key);
    if (isKept && found.code === 0) this.#kept.set(key, { mark, told: found });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return found;
  }

  async #alone(words: string[], signal: AbortSignal): Promise<Told> {
    if (signal.aborted) return { code: 1, out: "", warnings: [] };
    const { code, out, err } = await (await this.#ctx.serving()).runSelf(words, signal);
    return { code, out: redactDocument(out), warnings: warningsIn(err) };
  }

  async #inTurn(work: () => Promise<Told>): Promise<Told> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return await turn;
  }

  /** Differs once something was written, or the day is another one. */
  async #mark(): Promise<string> {
    const { databasePath, home } = await this.#ctx.store();
    const marks = ["", "-wal"].map((suffix) => lookAtFile(`${databasePath}${suffix}`).mark);
    return [...marks, replicaMark(home), this.#ctx.now().toISOString().slice(0, 13)].join();
  }
}
