import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { pick, randomUuid, seededRandom } from "../random.ts";

const WORDS: readonly string[] = [
  ..."const return import the file error test value index await function store session event".split(
    " ",
  ),
  ..."token cache read write path line null true false queue".split(" "),
  "\n",
];
const TOOLS = ["Bash", "Read", "Edit", "Grep"] as const;
const FIRST_MS = Date.UTC(2026, 9, 1);
const HOUR_MS = 3_600_000;

/** How many transcripts, and about how large each is. */
interface Amount {
  readonly files: number;
  readonly bytes: number;
}

/** A session of Claude Code, as it writes it down: a line for each block of an answer, and what tools returned twice. */
class Session {
  readonly #random: () => number;
  readonly #results: readonly string[];
  readonly #id: string;
  readonly #descriptor: number;
  #at: number;
  #parent: string | null = null;
  size = 0;

  constructor(path: string, id: string, at: number, random: () => number, results: string[]) {
    this.#random = random;
    this.#results = results;
    this.#id = id;
    this.#at = at;
    this.#descriptor = openSync(path, "w");
  }

  /** A prompt, and all that came of it. */
  turn(): void {
    const promptId = randomUuid(this.#random);
    this.#line("user", { promptId, message: { role: "user", content: this.#said(400) } });
    const answers = this.#between(2, 12);
    for (let nth = 1; nth <= answers; nth++) this.#answer(promptId, nth === answers);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #answer(promptId: string, isLast: boolean): void {
    const id = `msg_${this.#hex(24)}`;
    const requestId = `req_${this.#hex(24)}`;
    const written = this.#between(100, 4000);
    const usage = {
      input_tokens: this.#between(1, 30),
      cache_creation_input_tokens: written,
      cache_read_input_tokens: this.#between(10_000, 150_000),
      output_tokens: this.#between(30, 2500),
      service_tier: "standard",
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: written },
    };
    const calls = Array.from({ length: isLast ? 0 : this.#between(1, 2) }, () => ({
      type: "tool_use",
      id: `toolu_${this.#hex(24)}`,
      name: pick(this.#random, TOOLS),
      input: { command: this.#said(80), file_path: "/home/ada/shop/src/a.ts" },
    }));
    const thought = { type: "thinking", thinking: "", signature: this.#hex(200) };
    for (const block of [thought, { type: "text", text: this.#said(600) }, ...calls]) {
      const stop_reason = isLast ? "end_turn" : "tool_use";
      const about = { id, type: "message", role: "assistant", model: "claude-sonnet-4-5" };
      const message = { ...about, content: [block], stop_reason, usage };
      this.#line("assistant", { message, requestId });
    }
    for (const call of calls) this.#result(promptId, call.id);
  }

  #result(promptId: string, tool_use_id: string): void {
    const content = this.#results[this.#between(0, this.#results.length - 1)] ?? "";
    const is_error = this.#random() < 0.05;
    const result = { tool_use_id, type: "tool_result", content, is_error };
    this.#line("user", {
      promptId,
      message: { role: "user", content: [result] },
      toolUseResult: { stdout: content, stderr: "", interrupted: false },
    });
  }

  #line(type: string, own: Readonly<Record<string, unknown>>): void {
    const uuid = randomUuid(this.#random);
    this.#at += this.#between(20, 4000);
    const line = {
      ...{ parentUuid: this.#parent, isSidechain: false, type, ...own, uuid },
      ...{ timestamp: new Date(this.#at).toISOString(), userType: "external", entrypoint: "cli" },
      ...{ cwd: "/home/ada/shop", sessionId: this.#id, version: "2.1.330", gitBranch: "main" },
    };
    this.size += writeSync(this.#descriptor, `${JSON.stringify(line)}\n`);
    this.#parent = uuid;
  }

  #between(least: number, most: number): number {
    return least + Math.floor(this.#random() * (most - least + 1));
  }

  #hex(length: number): string {
    return Array.from({ length }, () => this.#between(0, 15).toString(16)).join("");
  }

  #said(most: number): string {
    return words(this.#random, this.#between(20, most));
  }
}

function words(random: () => number, length: number): string {
  let text = "";
  while (text.length < length)
    text += `${WORDS[Math.floor(random() * WORDS.length)]}${random() < 0.02 ? " é 日本 " : " "}`;
  return text;
}

/** Writes transcripts of Claude Code into its folder, the same ones every time. @returns their bytes */
export function makeTranscripts(folder: string, { files, bytes }: Amount): number {
  const random = seededRandom(42);
  const results = Array.from({ length: 64 }, (_, nth) => words(random, 400 * (1 + (nth % 32))));
  let size = 0;
  for (let nth = 0; nth < files; nth++) {
    const id = randomUuid(random);
    const project = `${folder}/projects/-home-ada-shop${nth % 8}`;
    mkdirSync(project, { recursive: true });
    const at = FIRST_MS + nth * HOUR_MS;
    const session = new Session(`${project}/${id}.jsonl`, id, at, random, results);
    do session.turn();
    while (session.size < bytes);
    session.close();
    size += session.size;
  }
  return size;
}
