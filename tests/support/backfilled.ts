import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { HookWorld } from "./hook-world.ts";

/** What `mm backfill --json` tells of an agent. */
interface Report {
  readonly agent: string;
  readonly sessions: number;
  readonly events: number;
  readonly passed_over: number;
  readonly problems: readonly string[];
}

/** A world with a home of its own, in which agents have left files. */
export class HistoryWorld extends HookWorld {
  readonly user: string;

  constructor() {
    super();
    this.clock = new Date("2026-11-27T12:00:00Z");
    this.user = `${this.folder}/user`;
    this.env = { ...this.env, HOME: this.user };
    mkdirSync(this.user);
  }

  /** Writes a file below the home: text as it is, lists of lines as JSON lines, anything else as JSON. */
  leave(path: string, content: unknown): string {
    const whole = `${this.user}/${path}`;
    mkdirSync(dirname(whole), { recursive: true });
    const lines = path.endsWith(".jsonl") && Array.isArray(content) ? content : null;
    const json = lines?.map((line) => `${JSON.stringify(line)}\n`).join("");
    writeFileSync(whole, typeof content === "string" ? content : (json ?? JSON.stringify(content)));
    return whole;
  }

  async backfill(...words: string[]): Promise<readonly Report[]> {
    const { agents } = await this.json<{ agents: readonly Report[] }>("backfill", ...words);
    return agents;
  }

  /** The titles of sessions, by the agents' own ids. */
  titles(): Record<string, string | null> {
    const rows = this.rows<{ id: string; title: string | null }>(
      `SELECT m.external_id AS id, json_extract(s.metadata, '$.title') AS title
        FROM mm_sessions m JOIN sessions s ON s.id = m.session_id ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ id, title }) => [id, title]));
  }

  /** What happened in a session, as `type: content`, by the agent's own id. */
  timeline(externalId: string): string[] {
    const rows = this.rows<{ type: string; content: string }>(
      `SELECT e.event_type AS type, e.content FROM session_events e
        JOIN mm_sessions m ON m.session_id = e.session_id WHERE m.external_id = ? ORDER BY e.id`,
      externalId,
    );
    return rows.map(({ type, content }) => `${type}: ${content}`);
  }

  /** A column of a session's own row, by the agent's own id. */
  fact(externalId: string, column: string): unknown {
    const rows = this.rows<{ value: unknown }>(
      `SELECT ${column} AS value FROM mm_sessions WHERE external_id = ?`,
      externalId,
    );
    return rows[0]?.value;
  }

  /** Tokens by the agents' names of calls: input, cache read, cache write, output, and the cost told. */
  calls(): Record<string, readonly (number | null)[]> {
    const rows = this.rows<Record<string, number | null> & { call_id: string }>(
      "SELECT * FROM mm_usage ORDER BY call_id",
    );
    return Object.fromEntries(
      rows.map((row) => [
        row.call_id,
        [row["input"], row["cache_read"], row["cache_write_5m"], row["output"], row["cost_told"]],
      ]) as [string, (number | null)[]][],
    );
  }
}
