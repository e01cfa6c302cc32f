import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { emptyDatabase } from "../empty-database.ts";
import { makeStore, type Question } from "./made-store.ts";
import { claudeMem, engram, type Search } from "./rivals.ts";

/** How many answers are looked at. */
const LIMIT = 5;

/** `mm search` of a program, in a home of its own. */
function searchOf(mm: string, home: string, database: string): Search {
  mkdirSync(home);
  copyFileSync(database, `${home}/memtomem.db`);
  return (question, limit) => {
    const argv = [mm, "search", "--json", "--limit", String(limit), "--", question];
    const { stdout, success } = Bun.spawnSync(argv, { env: { HOME: home, MM_HOME: home } });
    if (!success) throw new Error(`${argv.join(" ")} failed`);
    const { sessions } = JSON.parse(String(stdout)) as { sessions: { id: string }[] };
    return sessions.map(({ id }) => id);
  };
}

interface Score {
  readonly found: number;
  readonly reciprocal: number;
  readonly count: number;
}

/** The rank of the right session among the first five, from 1; null if it isn't there. */
function rankOf(search: Search, { text, session }: Question): number | null {
  const at = search(text, LIMIT).indexOf(session);
  return at < 0 ? null : at + 1;
}

function scoreOf(ranks: readonly (number | null)[]): Score {
  const found = ranks.filter((rank) => rank !== null);
  const reciprocal = found.reduce((sum, rank) => sum + 1 / rank, 0);
  return { found: found.length, reciprocal, count: ranks.length };
}

const shown = ({ found, reciprocal, count }: Score) =>
  `${(found / count).toFixed(2)}  ${(reciprocal / count).toFixed(2)}`;

function report(name: string, search: Search, questions: readonly Question[]): string {
  const ranks = questions.map((question) => ({ question, rank: rankOf(search, question) }));
  const languages = Map.groupBy(ranks, ({ question }) => question.language);
  const cells = [...languages].map(([, each]) => shown(scoreOf(each.map(({ rank }) => rank))));
  if (process.argv.includes("--misses")) {
    for (const { question, rank } of ranks)
      if (rank !== 1) process.stderr.write(`${name}: ${rank ?? "-"} ${question.text}\n`);
  }
  return [name.padEnd(22), shown(scoreOf(ranks.map(({ rank }) => rank))), ...cells].join("   ");
}

/** The arguments are programs to compare, by default the one in dist/. */
function main(): void {
  const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
  const programs = named.length > 0 ? named : [`${import.meta.dir}/../../dist/mm`];
  const [first = ""] = programs;
  const folder = mkdtempSync(`${tmpdir()}/mm-recall-`);
  try {
    const database = emptyDatabase(folder, first);
    const questions = makeStore(database);
    const languages = [...new Set(questions.map(({ language }) => language))];
    const head = ["all", ...languages].map((name) => name.padEnd(10));
    const searches = [
      ...programs.map((mm, n) => [mm, searchOf(mm, `${folder}/home-${n}`, database)] as const),
      ["as engram searches", engram(database)] as const,
      ["as claude-mem searches", claudeMem(database)] as const,
    ];
    const rows = searches.map(([name, search]) => report(name.slice(-22), search, questions));
    const title = `${questions.length} questions, 300 sessions: recall at ${LIMIT} and mean reciprocal rank`;
    process.stdout.write(
      [title, `${" ".repeat(22)}   ${head.join("   ")}`, ...rows, ""].join("\n"),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
