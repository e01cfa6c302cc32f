import type { MadeSession, Step } from "../../tests/support/made-transcripts.ts";
import { pick, randomUuid, seededRandom } from "../random.ts";

export type MadeAgent = "claude" | "codex" | "gemini";

/** A line of a made-up file, and the session that put it there; null for a person. */
export interface MadeLine {
  readonly text: string;
  readonly owner: string | null;
  /** Whose text it is, if another one moved or restored it. */
  readonly writer?: string | null;
  /** The number of the commit in which it was first. */
  readonly wroteIn: number;
}

interface Session extends MadeSession {
  readonly agent: MadeAgent;
  readonly steps: Step[];
}

type Lines = readonly MadeLine[];

interface CommitMade {
  readonly writtenAt: number;
  readonly committedAt: number;
  readonly files: ReadonlyMap<string, string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const AGENTS = ["claude", "codex", "gemini"] as const;
const VERBS = ["read", "parse", "merge", "count", "check", "format", "load", "store"] as const;
const NOUNS = ["cart", "order", "user", "price", "token", "limit", "cache", "report"] as const;
/** Lines that any file has several times. */
const COMMON = ["}", "", "  }", "    return null;", "  });"] as const;
/** From commit to commit, whose committer's time is that of a later rebase. */
const REBASED = [120, 160] as const;

/** Who wrote the text of a line. */
export const writerOf = ({ owner, writer }: MadeLine) => (writer === undefined ? owner : writer);

/** A repository's history that agents and people have made, and what is true of it. */
export class MadeHistory {
  readonly random = seededRandom(500);
  readonly sessions: Session[] = [];
  readonly commits: CommitMade[] = [];
  files = new Map<string, Lines>();
  readonly #folders: readonly string[];
  readonly #start: number;
  readonly #total: number;
  #now = 0;
  #before = new Map<string, Lines>();
  readonly #current = new Map<MadeAgent, Session>();
  #number = 0;

  /** @param folders the working trees */
  constructor(folders: readonly string[], start: number, total: number) {
    this.#folders = folders;
    this.#start = start;
    this.#total = total;
    for (let n = 0; n < total; n++) this.#commit(n);
  }

  #chance(share: number): boolean {
    return this.random() < share;
  }

  #below(count: number): number {
    return Math.floor(this.random() * count);
  }

  #text(): string {
    if (this.#chance(0.2)) return pick(this.random, COMMON);
    const [verb, noun] = [pick(this.random, VERBS), pick(this.random, NOUNS)];
    const indent = "  ".repeat(this.#below(3));
    return `${indent}const ${noun}${this.#number++} = ${verb}(${pick(this.random, NOUNS)}, "${this.#below(900)}");`;
  }

  #block(owner: string | null): MadeLine[] {
    return Array.from({ length: 1 + this.#below(4) }, () => ({
      text: this.#text(),
      owner,
      wroteIn: this.commits.length,
    }));
  }

  #session(agent: MadeAgent): Session {
    const known = this.#current.get(agent);
    if (known !== undefined && !this.#chance(0.4)) return known;
    const cwd = this.#folders[this.#below(this.#folders.length)] ?? "";
    const session = { id: randomUuid(this.random), agent, cwd, steps: [] };
    this.sessions.push(session);
    this.#current.set(agent, session);
    return session;
  }

  #tool(
    session: Session,
    path: string,
    old: readonly string[] | null,
    now: readonly string[],
  ): void {
    this.#now += MINUTE;
    const file = `${session.cwd}/${path}`;
    const [oldText, nowText] = [old?.join("\n") ?? null, now.join("\n")];
    const tool = (name: string, input: unknown) =>
      void session.steps.push({ kind: "tool", at: this.#now, name, input });
    if (session.agent === "claude" && oldText === null)
      tool("Write", { file_path: file, content: `${nowText}\n` });
    else if (session.agent === "claude")
      tool("Edit", { file_path: file, old_string: oldText, new_string: nowText });
    else if (session.agent === "gemini" && oldText === null)
      tool("write_file", { file_path: file, content: `${nowText}\n` });
    else if (session.agent === "gemini")
      tool("replace", { file_path: file, old_string: oldText, new_string: nowText });
    else {
      const body = [...(old ?? []).map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
      const head = old === null ? `*** Add File: ${path}` : `*** Update File: ${path}\n@@`;
      tool("apply_patch", `*** Begin Patch\n${head}\n${body.join("\n")}\n*** End Patch`);
    }
  }

  /** Replaces some lines of a file, by a session or a person. */
  #replace(session: Session | null, path: string, at: number, count: number, lines: Lines): void {
    const file = this.files.get(path) ?? [];
    if (session !== null) {
      // An agent names a line or two around what it changes.
      const lead = Math.min(at, this.#below(3));
      const tail = Math.min(file.length - at - count, this.#below(3));
      const around = (part: Lines) => [
        ...file.slice(at - lead, at).map(({ text }) => text),
        ...part.map(({ text }) => text),
        ...file.slice(at + count, at + count + tail).map(({ text }) => text),
      ];
      this.#tool(session, path, around(file.slice(at, at + count)), around(lines));
    }
    this.files.set(path, [...file.slice(0, at), ...lines, ...file.slice(at + count)]);
  }

  /** Replaces a word in a line, as agents do with a text that occurs once. */
  #replaceWord(session: Session | null, path: string, at: number): void {
    const file = this.files.get(path) ?? [];
    const [line] = file.slice(at, at + 1);
    const word = /"\d+"/u.exec(line?.text ?? "")?.[0];
    if (line === undefined || word === undefined) return;
    const now = `"${this.#below(900)}-${this.#number++}"`;
    if (session !== null) this.#tool(session, path, [word], [now]);
    const text = line.text.replace(word, now);
    this.files.set(
      path,
      file.with(at, { text, owner: session?.id ?? null, wroteIn: this.commits.length }),
    );
  }

  #change(session: Session | null): void {
    const owner = session?.id ?? null;
    const paths = [...this.files.keys()];
    const path = paths[this.#below(paths.length)];
    if (path === undefined || (paths.length < 12 && this.#chance(0.15))) {
      const lines = [...this.#block(owner), ...this.#block(owner), ...this.#block(owner)];
      const made = `src/${pick(this.random, NOUNS)}-${this.#number++}.ts`;
      if (session !== null)
        this.#tool(
          session,
          made,
          null,
          lines.map(({ text }) => text),
        );
      this.files.set(made, lines);
      return;
    }
    const file = this.files.get(path) ?? [];
    const at = this.#below(file.length + 1);
    const kind = this.random();
    if (kind < 0.4) this.#replace(session, path, at, 0, this.#block(owner));
    else if (kind < 0.55)
      this.#replace(session, path, at, Math.min(1, file.length - at), this.#block(owner));
    else if (kind < 0.75) this.#replaceWord(session, path, at);
    else if (kind < 0.85) this.#replace(session, path, at, Math.min(2, file.length - at), []);
    else this.#move(session, path, at);
  }

  #move(session: Session | null, path: string, at: number): void {
    const [line] = (this.files.get(path) ?? []).slice(at, at + 1);
    if (line === undefined) return;
    this.#replace(session, path, at, 1, []);
    const to = this.#below((this.files.get(path) ?? []).length + 1);
    this.#replace(session, path, to, 0, [
      { ...line, owner: session?.id ?? null, writer: writerOf(line) },
    ]);
  }

  /** Gives a file back what it had before the last commit that changed it, by hand. */
  #revert(): void {
    for (const [path, lines] of this.files) {
      const before = this.#before.get(path);
      if (before === undefined || before === lines) continue;
      const kept = new Set(lines);
      this.files.set(
        path,
        before.map((line) =>
          kept.has(line) ? line : { ...line, owner: null, writer: writerOf(line) },
        ),
      );
      return;
    }
  }

  #format(): void {
    for (const [path, lines] of this.files) {
      if (!this.#chance(0.3)) continue;
      const at = this.#below(lines.length);
      const line = lines[at];
      if (line === undefined || line.text.trim() === "") continue;
      this.files.set(path, lines.with(at, { ...line, text: `    ${line.text.trim()}` }));
    }
  }

  #work(agent: MadeAgent): void {
    const session = this.#session(agent);
    const topic = `${pick(this.random, VERBS)} the ${pick(this.random, NOUNS)} (${this.#number})`;
    session.steps.push({ kind: "prompt", at: this.#now, text: `please ${topic}` });
    session.steps.push({ kind: "answer", at: this.#now + 1000, text: `I will ${topic} now.` });
    if (this.#chance(0.1)) this.#change(null);
    for (let n = 0; n <= this.#below(3); n++) this.#change(session);
    if (this.#chance(0.15)) this.#change(null);
    if (this.#chance(0.08)) this.#format();
    if (this.#chance(0.05)) this.#rename();
  }

  #rename(): void {
    const [path] = [...this.files.keys()];
    const lines = path === undefined ? undefined : this.files.get(path);
    if (path === undefined || lines === undefined || lines.length < 8) return;
    this.files.delete(path);
    this.files.set(path.replace(/(?:-moved\d+)?\.ts$/u, `-moved${this.#number++}.ts`), lines);
  }

  #commit(n: number): void {
    const writtenAt = this.#start + n * 2 * HOUR;
    this.#now = writtenAt - HOUR;
    const snapshot = new Map(this.files);
    const kind = this.random();
    if (kind < 0.72) this.#work(AGENTS[this.#below(AGENTS.length)] ?? "claude");
    else if (kind < 0.8) this.#revert();
    else for (let changes = 0; changes <= this.#below(3); changes++) this.#change(null);
    this.#before = snapshot;
    const [from, to] = REBASED;
    const isRebased = n >= from && n < to && to < this.#total;
    const committedAt = isRebased ? this.#start + (to * 2 - 1) * HOUR + n * 1000 : writtenAt;
    const files = [...this.files].map(
      ([path, lines]) => [path, lines.map(({ text }) => `${text}\n`).join("")] as const,
    );
    this.commits.push({ writtenAt, committedAt, files: new Map(files) });
  }
}

/** The history as `git fast-import` takes it. */
export function* fastImport(commits: readonly CommitMade[]): Generator<string> {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const person = (at: number) => `Ada <ada@example.com> ${Math.floor(at / 1000)} +0000`;
  for (const [n, { writtenAt, committedAt, files }] of commits.entries()) {
    yield `commit refs/heads/main\nauthor ${person(writtenAt)}\ncommitter ${person(committedAt)}\n`;
    yield data(`commit ${n}`);
    yield "deleteall\n";
    for (const [path, text] of files) yield `M 100644 inline ${path}\n${data(text)}`;
  }
}
