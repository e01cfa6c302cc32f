import { afterEach, beforeEach } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { git, makeRepository } from "./git.ts";
import { type Step, writeTranscript } from "./made-transcripts.ts";
import { World } from "./world.ts";

interface Answer {
  readonly file: string | null;
  readonly text: string | null;
  readonly commit: { readonly id: string; readonly subject: string } | null;
  readonly committed: boolean | null;
  readonly certainty: string | null;
  readonly reason: string | null;
  readonly earlier_names: readonly string[];
  readonly sessions: readonly {
    readonly id: string;
    readonly client: string;
    readonly prompt: string | null;
    readonly said: string | null;
    readonly tool: string | null;
    readonly lines: number | null;
    readonly did: { readonly changed: number; readonly read: number } | null;
    readonly resume_command: string | null;
  }[];
}

const MINUTE = 60_000;
let sessions = 0;

/** A repository whose files agents and people change, in a world of its own. */
export class AskedRepository {
  readonly folder: string;
  readonly #world: World;

  constructor(world: World, name = "shop") {
    this.#world = world;
    this.folder = `${world.folder}/${name}`;
    world.env = { ...world.env, HOME: world.folder, PATH: process.env["PATH"] };
    makeRepository(this.folder, "empty");
    this.pass();
    world.cwd = this.folder;
  }

  /** Where a file of this name is. */
  path(name: string): string {
    return `${this.folder}/${name}`;
  }

  /** Lets some minutes pass. */
  pass(): void {
    this.#world.pass(600);
  }

  write(path: string, ...lines: string[]): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), lines.map((line) => `${line}\n`).join(""));
  }

  commit(message: string): void {
    git(this.folder, "add", "-A");
    git(this.folder, "commit", "-q", "-m", message, `--date=${this.#world.clock.toISOString()}`);
    this.pass();
  }

  /** A session that is asked something and then uses these tools, a minute each. @returns its transcript */
  async session(
    agent: "claude" | "codex" | "gemini",
    prompt: string,
    tools: readonly (readonly [name: string, input: unknown])[],
    cwd = this.folder,
  ): Promise<string> {
    let at = this.#world.clock.getTime();
    const steps: Step[] = [
      { kind: "prompt", at, text: prompt },
      { kind: "answer", at: at + 1000, text: `I will ${prompt}.` },
      ...tools.map(([name, input]) => {
        at += MINUTE;
        return { kind: "tool" as const, at, name, input };
      }),
    ];
    const id = `${String(++sessions).padStart(8, "0")}-1111-4111-8111-111111111111`;
    const path = writeTranscript(this.#world.folder, agent, { id, cwd, steps });
    this.#world.pass(tools.length * 60 + 60);
    await this.#world.mm("backfill");
    return path;
  }

  async why(...words: string[]): Promise<Answer> {
    return await this.#world.json<Answer>("why", ...words);
  }
}

/** Gives each test of a file a repository in a world of its own. */
export function inRepository(begin: (repository: AskedRepository, world: World) => void): void {
  let world: World;
  beforeEach(() => {
    world = new World();
    begin(new AskedRepository(world), world);
  });
  afterEach(() => world[Symbol.dispose]());
}

/** The input of Claude Code's Edit. */
export const edit = (file: string, old_string: string, new_string: string) =>
  ["Edit", { file_path: file, old_string, new_string }] as const;
