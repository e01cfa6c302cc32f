import { expect } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { World } from "./world.ts";

interface StoredHook {
  readonly id: string;
  readonly agent_id: string;
  readonly namespace: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly summary: string | null;
  readonly metadata: string;
  readonly title: string | null;
  readonly external_id: string | null;
  readonly parent_id: string | null;
  readonly client: string | null;
  readonly client_version: string | null;
  readonly model: string | null;
  readonly project: string | null;
  readonly folder: string | null;
  readonly first_commit: string | null;
  readonly remote: string | null;
  readonly root: string | null;
  readonly cwd: string | null;
  readonly branch: string | null;
  readonly transcript: string | null;
  readonly end_reason: string | null;
  readonly ended_by: string | null;
}

interface StoredHookEvent {
  readonly type: string;
  readonly content: string;
  readonly created_at: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

interface HookStatusDocument {
  readonly lost_events: {
    readonly count: number;
    readonly reasons: Readonly<Record<string, number>>;
  } | null;
  readonly home_problem: string | null;
}

const SESSIONS = `SELECT s.id, s.agent_id, s.namespace, s.started_at, s.ended_at, s.summary, s.metadata,
    json_extract(s.metadata, '$.title') AS title, m.external_id, m.parent_id, m.client, m.client_version,
    m.model, m.project, m.folder, m.first_commit, m.remote, m.root, m.cwd, m.branch, m.transcript, m.end_reason, m.ended_by
  FROM sessions s JOIN mm_sessions m ON m.session_id = s.id`;

/** A world in which agents call `mm hook`; the calls must be silent. */
export class HookWorld extends World {
  override clock = new Date("2026-11-22T12:00:00Z");

  /** One hook call with these bytes, this text or this object on stdin. */
  async hook(agent: string, event: string, payload: unknown): Promise<void> {
    const isText = typeof payload === "string";
    this.stdin =
      payload instanceof Uint8Array
        ? payload
        : new TextEncoder().encode(isText ? payload : JSON.stringify(payload));
    const outcome = await this.mm("hook", agent, event);
    expect({ agent, event, ...outcome }).toEqual({ agent, event, code: 0, out: "", err: "" });
  }

  /** A call of Claude Code about its session `c1`, unless another is named. */
  async claude(event: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const payload = { session_id: "c1", cwd: "/w", hook_event_name: event, ...fields };
    await this.hook("claude", event, payload);
  }

  start(source = "startup", fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.claude("SessionStart", { source, ...fields });
  }

  end(reason = "other", fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.claude("SessionEnd", { reason, ...fields });
  }

  prompt(prompt: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.claude("UserPromptSubmit", { prompt, prompt_id: `id of ${prompt}`, ...fields });
  }

  /** A shell command that has run. */
  tool(useId: string, fields: Readonly<Record<string, unknown>> = {}): Promise<void> {
    return this.claude("PostToolUse", {
      tool_name: "Bash",
      tool_input: { command: `run ${useId}` },
      tool_response: { stdout: "ok" },
      tool_use_id: useId,
      ...fields,
    });
  }

  /** The session that the agent knows by this id, which must exist. */
  session(externalId = "c1"): StoredHook {
    const found = this.rows<StoredHook>(`${SESSIONS} WHERE m.external_id = ?1`, externalId);
    if (found.length !== 1) throw new Error(`${found.length} sessions ${externalId}`);
    return found[0] as StoredHook;
  }

  sessions(): StoredHook[] {
    return existsSync(this.database) ? this.rows<StoredHook>(`${SESSIONS} ORDER BY s.rowid`) : [];
  }

  /** The events of a session in the order in which they were stored. */
  events(externalId = "c1"): StoredHookEvent[] {
    return this.rows<{ type: string; content: string; created_at: string; metadata: string }>(
      `SELECT e.event_type AS type, e.content, e.created_at, e.metadata FROM session_events e
        JOIN mm_sessions m ON m.session_id = e.session_id WHERE m.external_id = ?1 ORDER BY e.id`,
      externalId,
    ).map((row) => ({ ...row, metadata: JSON.parse(row.metadata) as Record<string, unknown> }));
  }

  /** The same as `type: content`. */
  told(externalId = "c1"): string[] {
    return this.events(externalId).map(({ type, content }) => `${type}: ${content}`);
  }

  /** What `mm hooks status` says of what was lost, and of the home. */
  hookStatus(): Promise<HookStatusDocument> {
    return this.json("hooks", "status");
  }

  /** How many events were lost, by reason; null for none. */
  async lossReasons(): Promise<Readonly<Record<string, number>> | null> {
    return (await this.hookStatus()).lost_events?.reasons ?? null;
  }

  /** What `mm` wrote of its own troubles, without the times. */
  log(): string[] {
    const path = `${this.home}/logs/hook.log`;
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    return lines.map((line) => line.slice(line.indexOf(" ") + 1));
  }

  settings(values: unknown): void {
    this.makeHome({ "mm.json": typeof values === "string" ? values : JSON.stringify(values) });
  }

  get spoolFolder(): string {
    return `${this.home}/spool`;
  }

  /** Names of everything in the spool, sorted. */
  spooled(): string[] {
    return existsSync(this.spoolFolder) ? readdirSync(this.spoolFolder).sort() : [];
  }

  /** Runs something while there is garbage in the database's place, so that every call is spooled at once. */
  async whileBroken(work: () => Promise<void>): Promise<void> {
    const names = ["", "-wal", "-shm"].filter((end) => existsSync(`${this.database}${end}`));
    mkdirSync(this.home, { recursive: true });
    for (const end of names) renameSync(`${this.database}${end}`, `${this.folder}/aside${end}`);
    writeFileSync(this.database, "no database ".repeat(1000));
    await work();
    renameSync(this.database, `${this.folder}/garbage`);
    for (const end of names) renameSync(`${this.folder}/aside${end}`, `${this.database}${end}`);
  }
}
