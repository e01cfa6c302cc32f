import { Database } from "bun:sqlite";

/** Finds the ids of sessions, best first. */
export type Search = (question: string, limit: number) => string[];

/** Scripts in which unicode61 takes a whole run for one word; what claude-mem looks for as a part of the text. */
const UNSEGMENTED = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]/u;
const RUNS =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]+|[^\s\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}]+/gu;

const quoted = (word: string) => `"${word.replaceAll('"', '""')}"`;

/** All words, each quoted, as both of them ask for. */
function allWords(question: string): string {
  const words = question.split(/\s+/u).filter((word) => /[\p{L}\p{N}]/u.test(word));
  return words.map(quoted).join(" AND ");
}

interface Row {
  readonly session_id: string;
}

const distinct = (rows: readonly Row[], limit: number) =>
  [...new Set(rows.map(({ session_id }) => session_id))].slice(0, limit);

/** Copies each event to a row of an index with the columns that both have for an observation. */
function indexed(path: string, columns: string): Database {
  const db = new Database(":memory:");
  db.query("ATTACH ?1 AS source").run(path);
  db.run(`CREATE VIRTUAL TABLE words USING fts5(${columns});
    INSERT INTO words (rowid, title, narrative)
      SELECT id, substr(content, 1, 60), content FROM source.session_events`);
  return db;
}

const BY_WORDS = `SELECT e.session_id FROM words w JOIN source.session_events e ON e.id = w.rowid
  WHERE words MATCH ?1 ORDER BY w.rank`;

/** How engram finds observations: every word in one of them, by FTS5's rank. */
export function engram(path: string): Search {
  const db = indexed(path, "title, narrative, tool_name, type, project, topic_key");
  return (question, limit) =>
    distinct(db.query<Row, [string]>(BY_WORDS).all(allWords(question)), limit);
}

/** How claude-mem finds observations without its vectors: the same, and parts of the text in such scripts, newest first. */
export function claudeMem(path: string): Search {
  const db = indexed(path, "title, subtitle, narrative, text, facts, concepts");
  return (question, limit) => {
    if (!UNSEGMENTED.test(question))
      return distinct(db.query<Row, [string]>(BY_WORDS).all(allWords(question)), limit);
    const parts = question.match(RUNS) ?? [];
    const where = parts.map(() => "content LIKE ?").join(" AND ");
    const rows = db
      .query<Row, string[]>(
        `SELECT session_id FROM source.session_events WHERE ${where} ORDER BY created_at DESC`,
      )
      .all(...parts.map((part) => `%${part}%`));
    return distinct(rows, limit);
  };
}
