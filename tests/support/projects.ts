import { mkdirSync } from "node:fs";
import { HookWorld } from "./hook-world.ts";

type Listed = { sessions: { title: string; project: string | null }[] };
type Counted = { groups: { key: string | null; sessions: number }[] };

/** A world with sessions in folders below its own. */
export class ProjectWorld extends HookWorld {
  /** A folder below this world's, which is made. */
  make(path: string): string {
    const whole = `${this.folder}/${path}`;
    mkdirSync(whole, { recursive: true });
    return whole;
  }

  /** A session in a folder, whose prompt and title are its name, a minute later. */
  async work(cwd: string, name = "here"): Promise<void> {
    this.pass(60);
    await this.start("startup", { session_id: name, cwd });
    await this.prompt(name, { session_id: name, cwd });
  }

  /** Titles of the sessions that `--project` means, newest first. */
  async titles(project: string): Promise<string[]> {
    const { sessions } = await this.json<Listed>("session", "list", "--project", project);
    return sessions.map(({ title }) => title);
  }

  /** What the list calls the project of each session, newest first. */
  async projects(): Promise<(string | null)[]> {
    const { sessions } = await this.json<Listed>("session", "list");
    return sessions.map(({ project }) => project);
  }

  /** The projects of the statistics with their numbers of sessions, by name. */
  async counts(...words: string[]): Promise<Record<string, number>> {
    const { groups } = await this.json<Counted>("stats", "--by", "project", ...words);
    return Object.fromEntries(groups.map(({ key, sessions }) => [String(key), sessions]));
  }
}
