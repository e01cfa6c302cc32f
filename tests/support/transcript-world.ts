import { expect } from "bun:test";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { HookWorld } from "./hook-world.ts";

/** A home with a session whose agent writes a transcript. */
export class TranscriptWorld extends HookWorld {
  readonly transcript = `${this.folder}/c1.jsonl`;

  /** Appends lines as an agent writes them, at the world's time where they name none. */
  write(path: string, ...lines: readonly (object | string)[]): void {
    mkdirSync(dirname(path), { recursive: true });
    const timestamp = this.clock.toISOString();
    const texts = lines.map((line) =>
      typeof line === "string" ? line : JSON.stringify({ timestamp, ...line }),
    );
    appendFileSync(path, texts.map((text) => `${text}\n`).join(""));
  }

  /** The states of the sessions that `mm ps` shows, of which `session show` says the same. */
  async states(): Promise<string> {
    const { sessions } = await this.json<{ sessions: { state: string }[] }>("ps");
    const shown = await this.json<{ state: string }>("session", "show");
    expect(shown.state).toBe(sessions[0]?.state ?? "");
    return sessions.map((session) => session.state).join(" ");
  }
}
