import { Database } from "bun:sqlite";
import { copyFileSync, readdirSync } from "node:fs";
import { HookWorld } from "./hook-world.ts";

/** A home whose database's log may be anybody's. */
export class LogWorld extends HookWorld {
  get wal(): string {
    return `${this.database}-wal`;
  }

  /** Stores a session of this name for each; those of a new database fill some pages. */
  async record(...names: string[]): Promise<void> {
    for (const name of names) await this.prompt(name, { session_id: name });
  }

  /** Folds the log into the database, as the last program that closes it does. */
  fold(): void {
    const db = new Database(this.database, { readwrite: true });
    db.query("SELECT count(*) FROM sessions").get();
    db.close(true);
  }

  /** The titles of the sessions that `mm` lists. */
  async titles(): Promise<string[]> {
    const { sessions } = await this.json<{ sessions: { title: string }[] }>("session", "list");
    return sessions.map(({ title }) => title).toSorted();
  }

  /** The code of a failure, or `ok`. */
  async code(...argv: string[]): Promise<string> {
    const { out } = await this.mm(...argv, "--json");
    return (JSON.parse(out) as { error?: { code: string } }).error?.code ?? "ok";
  }

  /** What was moved aside. */
  left(): string[] {
    const names = readdirSync(this.home).filter((name) => name.includes(".left-"));
    return names.toSorted();
  }

  /** A database with sessions of its own, without a log, in another folder. */
  async another(...names: string[]): Promise<string> {
    using other = new LogWorld();
    await other.record(...names);
    other.fold();
    const path = `${this.folder}/another.db`;
    copyFileSync(other.database, path);
    return path;
  }
}
