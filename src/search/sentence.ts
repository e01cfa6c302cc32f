import type { Connection } from "../store/connection.ts";
import { storedText } from "../store/rows.ts";
import { type Clue, clueExpression, cluesOf, recency } from "./clues.ts";
import { type Found, toFoundSessions } from "./found.ts";
import { bestRows, type Group, type HitFilter, type HitRow, SAID } from "./hits.ts";
import type { Query, Term } from "./query.ts";
import { COUNT_UP_TO } from "./statements.ts";

/** A word in more documents than this says nothing of any of them. */
const COMMON = 3000;
/** So many of the rarest words are looked for. */
const MAX_WORDS = 12;
/** A session that has less of what the words are worth together was not meant. */
const MIN_SHARE = 0.25;
/** How much it counts that the words stand in one event. */
const TOGETHER = 0.5;

/** How much less a word counts in what a tool did. */
const DONE = 0.4;

const wasSaid = ({ rowid, event_type }: HitRow) =>
  rowid < 0 || SAID.includes(storedText(event_type));

interface Weighed {
  /** The clue's forms that are stored, and rare enough; never empty. */
  readonly words: readonly Term[];
  readonly documents: number;
}

/** What of a clue is worth to be looked for; null for a common word, and for one that nobody wrote. */
function weighed(db: Connection, query: Query, { word, stem }: Clue): Weighed | null {
  const count = db.query<{ n: number }, [string, number]>(COUNT_UP_TO);
  const countOf = (term: Term) => count.get(clueExpression([term], query), COMMON + 1)?.n ?? 0;
  const exact = countOf(word);
  if (exact > COMMON) return null;
  const forms = stem === null ? 0 : countOf(stem);
  const isRare = stem !== null && forms > 0 && forms <= COMMON;
  const words = [...(exact > 0 ? [word] : []), ...(isRare ? [stem] : [])];
  return words.length === 0 ? null : { words, documents: isRare ? forms : exact };
}

/** What a word counts that is in so many documents. */
const worthOf = ({ documents }: Weighed) => 1 / Math.log2(documents + 3);

/** A document, and the clues that it has. */
interface Document {
  readonly row: HitRow;
  readonly scores: Map<number, number>;
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((total, each) => total + each, 0);

/** What is known of a session: its documents, and how well each clue fits the best of them. */
interface Candidate {
  readonly documents: Document[];
  readonly best: Map<number, number>;
}

function candidates(documents: Iterable<Document>): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const document of documents) {
    const id = document.row.session_id;
    if (id === null) continue;
    const candidate = found.get(id) ?? { documents: [], best: new Map<number, number>() };
    candidate.documents.push(document);
    for (const [clue, score] of document.scores)
      candidate.best.set(clue, Math.max(score, candidate.best.get(clue) ?? 0));
    found.set(id, candidate);
  }
  return found;
}

function documentsOf(
  db: Connection,
  query: Query,
  filter: HitFilter,
  clues: readonly Weighed[],
): Iterable<Document> {
  const documents = new Map<number, Document>();
  for (const [n, { words }] of clues.entries()) {
    for (const row of bestRows(db, clueExpression(words, query), filter, COMMON)) {
      const document = documents.get(row.rowid) ?? { row, scores: new Map<number, number>() };
      document.scores.set(n, -row.score * (wasSaid(row) ? 1 : DONE));
      documents.set(row.rowid, document);
    }
  }
  return documents.values();
}

/** Sorts a session's documents, and says what the session is worth. */
function judged(
  id: string,
  { documents, best }: Candidate,
  nowMs: number,
): { group: Group; score: number } {
  const inOrder = documents
    .map(({ row, scores }) => ({ row, score: sum(scores.values()) }))
    .sort((a, b) => b.score - a.score || b.row.rowid - a.row.rowid);
  const [first] = inOrder;
  const score = sum(best.values()) + TOGETHER * (first?.score ?? 0);
  return {
    group: { id, hits: inOrder.map(({ row }) => row) },
    score: score * recency(first?.row.created_at, nowMs),
  };
}

/** The sessions that have enough of the words, best first. */
function ranked(documents: Iterable<Document>, clues: readonly Weighed[], nowMs: number): Group[] {
  const worth = clues.map(worthOf);
  const all = sum(worth);
  return [...candidates(documents)]
    .map(([id, candidate]) => {
      const share = sum([...candidate.best.keys()].map((n) => worth[n] ?? 0)) / all;
      const { group, score } = judged(id, candidate, nowMs);
      return { group, share, score: score * share };
    })
    .filter(({ share }) => share >= MIN_SHARE)
    .sort((a, b) => b.score - a.score)
    .map(({ group }) => group);
}

/**
 * The sessions that have the rarest words of a sentence, though no event has all of them. What is quoted, left out or
 * the beginning of a word counts as ever.
 * @returns null if the query is too short for a sentence
 */
export async function findSentence(
  db: Connection,
  query: Query,
  filter: HitFilter,
  nowMs: number,
): Promise<(Found & { readonly query: Query }) | null> {
  const clues = (cluesOf(query) ?? [])
    .flatMap((clue) => weighed(db, query, clue) ?? [])
    .sort((a, b) => a.documents - b.documents)
    .slice(0, MAX_WORDS);
  const groups = ranked(documentsOf(db, query, filter, clues), clues, nowMs);
  if (groups.length === 0) return null;
  const wanted = [
    ...query.wanted.filter(({ isPlain }) => !isPlain),
    ...clues.flatMap(({ words }) => words),
  ];
  const answer = await toFoundSessions(db, groups, filter.limit, ({ hits }) => hits.length);
  return { ...answer, query: { ...query, wanted } };
}
