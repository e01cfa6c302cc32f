import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { Sandbox } from "../support/binary.ts";
import type { Agent, Place } from "./agents.ts";
import { hooksAreDone, killAll } from "./processes.ts";
import { Terminal } from "./terminal.ts";

export const BRANCH = "topic/one";
/** What hangs is stopped; no agent takes as long, however busy the machine is. */
const LONGEST_MS = 300_000;

/** What a run of an agent has printed and how long it took. */
export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** What every workplace needs. */
export interface Tools {
  /** A copy of the program, which stays as it is while the tests run. */
  readonly mm: string;
  /** The address of the model server. */
  readonly url: string;
  /** Where the agent's package is unpacked. */
  readonly folder: string;
  /** When a run is taken to hang. */
  readonly longestMs?: number;
}

/** One agent with a home, a home of `mm` and a git repository that are new. */
export class Workplace implements AsyncDisposable {
  readonly box: Sandbox;
  readonly agent: Agent;
  readonly #tools: Tools;
  #runs = 0;

  /** @param beside another one, whose home and repository this agent is to share */
  constructor(agent: Agent, tools: Tools, beside?: Workplace) {
    this.box = beside?.box ?? new Sandbox();
    this.agent = agent;
    this.#tools = tools;
    const program = agent.program(tools.folder).map((word) => `'${word}'`);
    this.write(`bin/${agent.name}`, `#!/bin/sh\nexec ${program.join(" ")} "$@"\n`);
    chmodSync(`${this.box.folder}/bin/${agent.name}`, 0o755);
    if (beside === undefined) this.#makeRepository();
    for (const [path, text] of Object.entries(agent.settings(this.#place))) this.write(path, text);
  }

  #makeRepository(): void {
    mkdirSync(`${this.box.folder}/tmp`);
    mkdirSync(this.repository);
    this.#git("init", "--quiet", "--initial-branch", BRANCH);
    this.#git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "1", "--allow-empty");
  }

  get repository(): string {
    return `${this.box.folder}/work`;
  }

  get #place(): Place {
    return { repository: this.repository, url: this.#tools.url };
  }

  /** Nothing of this process's environment gets in but PATH. */
  #env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const { folder } = this.box;
    const path = `${folder}/bin:${process.env["PATH"]}`;
    return this.box.env({ PATH: path, TMPDIR: `${folder}/tmp`, PWD: this.repository, ...extra });
  }

  /** Writes a file of the user's home. */
  write(path: string, text: string): void {
    const file = `${this.box.folder}/${path}`;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  #git(...argv: string[]): void {
    const options = { cwd: this.repository, env: this.#env() };
    const { exitCode, stderr } = Bun.spawnSync(["git", ...argv], options);
    if (exitCode !== 0) throw new Error(`git ${argv.join(" ")}: ${stderr}`);
  }

  /** What `mm` answers to a command, as JSON. */
  async mm(...words: string[]): Promise<unknown> {
    const child = Bun.spawn([this.#tools.mm, ...words, "--json"], {
      cwd: this.repository,
      env: this.#env(),
      stdin: "ignore",
      stderr: "pipe",
      timeout: LONGEST_MS,
    });
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    if ((await child.exited) !== 0) throw new Error(`mm ${words.join(" ")}: ${err}`);
    return JSON.parse(out);
  }

  /** @param keepsUp whether what the transcripts tell is added without being asked for */
  async installHooks(keepsUp = false): Promise<void> {
    await this.mm("hooks", "install", this.agent.name, "--yes");
    if (!keepsUp) await this.mm("config", "set", "history", "false");
  }

  /** Starts the agent in the repository; the run is over when it has ended by itself or was killed, and its hooks too. */
  async start(words: readonly string[]): Promise<Run> {
    const files = `${this.box.folder}/run-${this.agent.name}-${++this.#runs}`;
    const began = performance.now();
    // A pipe would stay open for as long as anything that the agent leaves behind.
    const child = Bun.spawn([`${this.box.folder}/bin/${this.agent.name}`, ...words], {
      cwd: this.repository,
      env: this.#env(this.agent.env(this.#place)),
      stdin: "ignore",
      stdout: Bun.file(`${files}.out`),
      stderr: Bun.file(`${files}.err`),
      timeout: this.#tools.longestMs ?? LONGEST_MS,
      killSignal: "SIGKILL",
    });
    await child.exited;
    const seconds = (performance.now() - began) / 1000;
    await hooksAreDone(this.box.folder);
    return {
      code: child.exitCode ?? -1,
      out: readFileSync(`${files}.out`, "utf8"),
      err: readFileSync(`${files}.err`, "utf8"),
      seconds,
    };
  }

  async prompt(text: string): Promise<Run> {
    return await this.start(this.agent.prompt(text));
  }

  async resume(text: string): Promise<Run> {
    return await this.start(this.agent.resume(text));
  }

  /** Starts the agent in a terminal, or `mm`, which may start it. */
  open(
    words: readonly string[],
    env: Readonly<Record<string, string>> = {},
    by: "agent" | "mm" = "agent",
  ): Terminal {
    const program = by === "mm" ? this.#tools.mm : `${this.box.folder}/bin/${this.agent.name}`;
    return new Terminal({
      argv: [program, ...words],
      cwd: this.repository,
      env: this.#env({ ...this.agent.env(this.#place), ...env }),
      folder: this.box.folder,
    });
  }

  /** Kills the agent and all that it has started. */
  async kill(): Promise<void> {
    await killAll(this.box.folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    this.box[Symbol.dispose]();
  }
}
