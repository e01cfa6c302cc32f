import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { hasIndexFile, indexPath, removeIndex } from "../search/text-index/file.ts";
import type { Store, View } from "../store/store.ts";
import { type Rewriting, rewriteText, TEXTS, type TextTable } from "../store/stored-rows.ts";
import { compareAllAgain } from "../sync/source/sidecar.ts";
import { lookForSignsBy, redact } from "../text/redact.ts";
import { redactJsonText } from "../text/redact-json.ts";
import { atOnce } from "../text/secrets/at-once.ts";
import { countTextRows, emptyLog, listTextRows, overwriteReplaced, type TextRow } from "./sql.ts";

/** What one look takes in; only what is replaced of it is written, in one transaction. */
const BATCH = { rows: 200, chars: 500_000 };
/** After a transaction, so that a hook that waits for the lock gets it. */
const PAUSE_MS = 5;

const TABLES = Object.keys(TEXTS) as TextTable[];

/** What was replaced, or would be. */
export interface Rescanned {
  /** Sessions with a secret in their title, their summary or what else is known of them. */
  readonly sessions: number;
  readonly events: number;
  /** Secrets by the rule that found them, most frequent first. */
  readonly rules: readonly { readonly rule: string; readonly secrets: number }[];
}

/** What a row's texts become; none where today's rules find nothing in it. */
function rewritingsOf(table: TextTable, { key, texts }: TextRow): Rewriting[] {
  return Object.entries(texts).flatMap(([column, before]) => {
    if (typeof before !== "string") return [];
    const after = column === "metadata" ? redactJsonText(before) : redact(before);
    return after === before ? [] : [{ table, key, column, before, after }];
  });
}

function countMarks(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [, rule = ""] of text.matchAll(/\[redacted:([\w-]+)\]/g)) {
    counts.set(rule, (counts.get(rule) ?? 0) + 1);
  }
  return counts;
}

/** Counts what was replaced, each session and event once. */
class Tally {
  readonly #sessions = new Set<string>();
  readonly #events = new Set<string | number>();
  readonly #rules = new Map<string, number>();
  #isEmpty = true;

  add({ table, key, before, after }: Rewriting, session: unknown): void {
    this.#isEmpty = false;
    if (table === "session_events") this.#events.add(key);
    else if (session !== null) this.#sessions.add(String(session));
    const had = countMarks(before);
    for (const [rule, count] of countMarks(after)) {
      const more = count - (had.get(rule) ?? 0);
      if (more > 0) this.#rules.set(rule, (this.#rules.get(rule) ?? 0) + more);
    }
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  get result(): Rescanned {
    const rules = [...this.#rules].map(([rule, secrets]) => ({ rule, secrets }));
    return {
      sessions: this.#sessions.size,
      events: this.#events.size,
      rules: rules.sort((a, b) => b.secrets - a.secrets || (a.rule < b.rule ? -1 : 1)),
    };
  }
}

type Needs = Pick<Context, "store" | "warnings">;

/** The rows of all tables, in looks that hold no lock. */
async function* batches(store: Store) {
  for (const table of TABLES) {
    for (let after: TextRow["key"] | null = null; ; ) {
      const from: TextRow["key"] | null = after;
      const look = ({ db }: View) => listTextRows(db, table, from, BATCH);
      const rows: readonly TextRow[] = (await store.read(look)) ?? [];
      const last = rows.at(-1);
      if (last === undefined) break;
      yield { table, rows };
      after = last.key;
    }
  }
}

/** Replaces texts in one transaction. @returns those that nobody had changed meanwhile */
async function rewrite(store: Store, found: readonly Rewriting[]): Promise<readonly Rewriting[]> {
  if (found.length === 0) return found;
  await store.withWriter(overwriteReplaced);
  const done = await store.write(({ db }) => found.filter((each) => rewriteText(db, each)));
  await Bun.sleep(PAUSE_MS);
  return done;
}

/** The next search makes a new index, from what is stored then. */
function forgetIndex({ warnings }: Needs, { databasePath }: Store): void {
  if (!hasIndexFile(databasePath)) return;
  try {
    removeIndex(databasePath);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    warnings.push(
      `the search index ${indexPath(databasePath)} still holds what was replaced; remove it: ${why}`,
    );
  }
}

/** Has searches and pushes look at the sessions anew. */
async function expectRewritten(ctx: Needs, store: Store, ids: ReadonlySet<string>): Promise<void> {
  forgetIndex(ctx, store);
  await compareAllAgain(store, [...ids]);
}

/**
 * Applies today's rules to all texts that are stored, or only tells what that would replace. Done again it finds
 * nothing; after it was killed it goes on.
 */
export async function rescan(
  ctx: Needs,
  dryRun: boolean,
  progress: LateProgress,
): Promise<Rescanned> {
  lookForSignsBy(atOnce);
  const store = await ctx.store();
  const tally = new Tally();
  const total = await store.read(({ db }) => countTextRows(db));
  if (total === undefined) return tally.result;
  progress.begin(total);
  const rewritten = new Set<string>();
  let looked = 0;
  for await (const { table, rows } of batches(store)) {
    const sessions = new Map(rows.map(({ key, session }) => [key, session]));
    const found = rows.flatMap((row) => rewritingsOf(table, row));
    // Before each one, too: a kill now must not leave an index that knows more than the tables.
    if (!dryRun && found.length > 0) {
      const ids = new Set(found.map(({ key }) => String(sessions.get(key))));
      await expectRewritten(ctx, store, ids);
      for (const id of ids) rewritten.add(id);
    }
    const done = dryRun ? found : await rewrite(store, found);
    for (const each of done) tally.add(each, sessions.get(each.key));
    looked += rows.length;
    progress.show(looked);
    await Bun.sleep(0);
  }
  if (!dryRun && !tally.isEmpty) {
    await store.withWriter(emptyLog);
    // A push that was at work may have noted what it had read before.
    await expectRewritten(ctx, store, rewritten);
  }
  return tally.result;
}
