import { Database } from "bun:sqlite";
import { pick, randomUuid, seededRandom } from "../random.ts";
import { CHINESE } from "./chinese.ts";
import { ENGLISH } from "./english.ts";
import { GERMAN } from "./german.ts";
import { JAPANESE } from "./japanese.ts";
import { KOREAN } from "./korean.ts";
import type { Talk, Topic } from "./topic.ts";

/** A question, and the session that answers it. */
export interface Question {
  readonly language: string;
  readonly text: string;
  readonly session: string;
}

/** An event of a made-up session: its type and its content. */
type Said = readonly [type: string, content: string];

interface Made {
  readonly id: string;
  readonly title: string;
  readonly daysAgo: number;
  readonly events: readonly Said[];
}

const TALKS = [ENGLISH, GERMAN, KOREAN, JAPANESE, CHINESE] as const;
const SEED = 15;
const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 1, 12);
const AGENTS = ["claude-code", "codex", "gemini-cli"] as const;
const COMMANDS = ["bun test", "git status", "git diff --stat", "npx tsc", "ls src"] as const;

type Random = () => number;

/** Words; in Chinese and Japanese, what is likely to be one. */
const WORDS = /\p{sc=Han}{2,4}|[\p{sc=Kana}ー]{2,}|[\p{sc=Latn}\p{sc=Hang}\p{N}]+/gu;

/** What an agent does in any session: it looks around, changes a file, and runs the tests. */
function work(random: Random, file: string): Said[] {
  return [
    ["tool_call", `Bash: ${pick(random, COMMANDS)}`],
    ["tool_call", `Read: ${file}`],
    ["tool_call", `Edit: ${file}`],
    ["tool_call", `Bash: ${pick(random, COMMANDS)}`],
  ];
}

function smallTalk(random: Random, talk: Talk): Said[] {
  return [
    ["prompt", pick(random, talk.prompts)],
    ["assistant", pick(random, talk.answers)],
  ];
}

/** The session that answers, and four others that have much in common with it. */
function sessionsOf(random: Random, talk: Talk, topic: Topic): readonly [Made, ...Made[]] {
  const id = () => randomUuid(random);
  const { prompt, answer, decision, error, file, near, ask } = topic;
  const decided: Said[] = decision === undefined ? [] : [["decision", decision]];
  const failed: Said[] = error === undefined ? [] : [["error", error]];
  const between = (from: number, to: number) => from + random() * (to - from);
  // What somebody greps for: its longest words.
  const asked = (ask.match(WORDS) ?? []).sort((a, b) => b.length - a.length);
  return [
    {
      id: id(),
      title: prompt,
      daysAgo: between(5, 60),
      events: [
        ["prompt", prompt],
        ...failed,
        ...work(random, file),
        ["assistant", answer],
        ...decided,
        ...smallTalk(random, talk),
        ...smallTalk(random, talk),
      ],
    },
    {
      id: id(),
      title: near.prompt,
      daysAgo: between(1, 120),
      events: [
        ["prompt", near.prompt],
        ...work(random, file),
        ["assistant", near.answer],
        ...smallTalk(random, talk),
      ],
    },
    {
      id: id(),
      title: prompt,
      daysAgo: between(90, 200),
      events: [
        ["prompt", prompt],
        ...failed,
        ["tool_call", `Read: ${file}`],
        ["assistant", talk.gaveUp],
      ],
    },
    // It looks for the same words and says nothing.
    {
      id: id(),
      title: talk.prompts[0],
      daysAgo: between(1, 120),
      events: [
        ...smallTalk(random, talk),
        ["tool_call", `Grep: ${asked.slice(0, 3).join("|")}`],
        ["tool_call", `Bash: rg -n "${asked[0]}" src`],
        ...work(random, "src/main.ts"),
      ],
    },
    {
      id: id(),
      title: talk.prompts[3] ?? talk.prompts[0],
      daysAgo: between(1, 120),
      events: [...smallTalk(random, talk), ...work(random, file), ...smallTalk(random, talk)],
    },
  ];
}

const timestamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;

function insert(db: Database, random: Random, made: Made): void {
  const agent = pick(random, AGENTS);
  const start = NOW_MS - made.daysAgo * DAY_MS;
  const ended = timestamp(start + made.events.length * 60_000);
  db.query(
    "INSERT INTO sessions (id, agent_id, started_at, ended_at, metadata) VALUES (?1, ?2, ?3, ?4, ?5)",
  ).run(made.id, agent, timestamp(start), ended, JSON.stringify({ title: made.title }));
  db.query("INSERT INTO mm_sessions (session_id, agent_id) VALUES (?1, ?2)").run(made.id, agent);
  const event = db.query(
    "INSERT INTO session_events (session_id, event_type, content, created_at) VALUES (?1, ?2, ?3, ?4)",
  );
  for (const [n, [type, content]] of made.events.entries()) {
    event.run(made.id, type, content, timestamp(start + n * 60_000));
  }
}

/**
 * Fills a database that `mm` created with 300 sessions in five languages, always the same.
 * @returns 60 questions, each with the one session that answers it
 */
export function makeStore(path: string): Question[] {
  const random = seededRandom(SEED);
  const topics = TALKS.flatMap((talk) => talk.topics.map((topic) => ({ talk, topic })));
  const all = topics.map(({ talk, topic }) => {
    const sessions = sessionsOf(random, talk, topic);
    const [{ id }] = sessions;
    return { sessions, question: { language: talk.language, text: topic.ask, session: id } };
  });
  const inOrder = all.flatMap(({ sessions }) => sessions).sort((a, b) => b.daysAgo - a.daysAgo);
  const db = new Database(path, { readwrite: true, create: false, strict: true });
  db.transaction(() => {
    db.run("DELETE FROM sessions");
    for (const made of inOrder) insert(db, random, made);
  }).immediate();
  db.run("PRAGMA wal_checkpoint(TRUNCATE)");
  db.close(true);
  return all.map(({ question }) => question);
}
