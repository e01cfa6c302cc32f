import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { EditContext } from "../../src/edit/places.ts";
import { type Outcome, World } from "./world.ts";

/** A world whose user has a home folder, with this `mm` on PATH. */
export class Machine extends World {
  readonly userHome = `${this.folder}/user`;
  readonly claudeSettings = `${this.userHome}/.claude/settings.json`;

  constructor() {
    super();
    mkdirSync(this.userHome);
    this.addProgram("mm");
    this.env = { MM_HOME: this.home, HOME: this.userHome, PATH: `${this.folder}/bin` };
  }

  /** What editing settings on this machine needs. */
  get editContext(): EditContext {
    const { env, userHome, home, folder: project } = this;
    return {
      files: this.disk,
      now: () => new Date(),
      newId: () => crypto.randomUUID(),
      places: { env, userHome, home, project },
    };
  }

  put(path: string, text: string | Uint8Array): string {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  /** Puts an executable into the one folder that is on PATH. */
  addProgram(name: string, text = "#!/bin/sh\n"): string {
    const path = this.put(`${this.folder}/bin/${name}`, text);
    chmodSync(path, 0o755);
    return path;
  }

  /** Claude Code of this version is on PATH. */
  addClaude(version: string): void {
    this.prints = { [this.addProgram("claude")]: `${version} (Claude Code)\n` };
  }

  read(path: string): string {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(readFileSync(path));
  }

  /** `mm hooks …`, which must succeed. */
  async hooks(...words: string[]): Promise<Outcome> {
    const outcome = await this.mm("hooks", ...words);
    if (outcome.code !== 0) throw new Error(`exit ${outcome.code}: ${outcome.out}${outcome.err}`);
    return outcome;
  }

  /** `mm mcp …`, which must succeed. */
  async servers(...words: string[]): Promise<Outcome> {
    const outcome = await this.mm("mcp", ...words);
    if (outcome.code !== 0) throw new Error(`exit ${outcome.code}: ${outcome.out}${outcome.err}`);
    return outcome;
  }

  register(...words: string[]): Promise<Outcome> {
    return this.servers("install", "--yes", ...words);
  }

  install(...words: string[]): Promise<Outcome> {
    return this.hooks("install", "--yes", ...words);
  }
}
