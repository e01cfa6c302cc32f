import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { rows } from "../support/stored.ts";
import type { Workplace } from "./workplace.ts";

/** A session as `mm session list --json` shows it. */
interface Listed {
  readonly id: string;
  readonly agent_id: string;
  readonly started_at: string;
  readonly ended_at: string | null;
  readonly status: "active" | "gone" | "ended";
  readonly title: string | null;
  readonly summary: string | null;
}

/** What `mm` keeps of a session beside that. */
interface Kept {
  readonly external_id: string;
  readonly client: string;
  readonly client_version: string | null;
  readonly project: string | null;
  readonly root: string | null;
  readonly branch: string | null;
  readonly transcript: string | null;
  readonly ended_by: string | null;
  readonly end_reason: string | null;
}

interface Event {
  readonly event_type: string;
  readonly content: string;
}

/** A session with all that is known of it. */
export interface Recorded extends Listed, Kept {
  /** The types of its events that hooks have told, in order. */
  readonly types: readonly string[];
  readonly events: readonly Event[];
}

/** What is read of a transcript comes when nobody waits for it. */
const OF_TRANSCRIPT = "assistant";

async function describe(workplace: Workplace, listed: Listed): Promise<Recorded> {
  const answer = await workplace.mm("session", "events", listed.id);
  const all = (answer as { events: Event[] }).events;
  const events = all.filter(({ event_type }) => event_type !== OF_TRANSCRIPT);
  const [kept] = rows<Kept>(
    workplace.box,
    `SELECT external_id, client, client_version, project, root, branch, transcript, ended_by, end_reason
     FROM mm_sessions WHERE session_id = ?1`,
    listed.id,
  );
  if (kept === undefined) throw new Error(`no hook made the session ${listed.id}`);
  return { ...listed, ...kept, events, types: events.map(({ event_type }) => event_type) };
}

/** All sessions of a workplace, oldest first. */
export async function recorded(workplace: Workplace): Promise<Recorded[]> {
  const { sessions } = (await workplace.mm("session", "list")) as { sessions: Listed[] };
  return await Promise.all(sessions.reverse().map((listed) => describe(workplace, listed)));
}

/** The one session that there is. */
export async function theSession(workplace: Workplace): Promise<Recorded> {
  const [session, ...others] = await recorded(workplace);
  if (session === undefined || others.length > 0) {
    const seen = others.map(({ external_id, types }) => `${external_id} ${types}`);
    throw new Error(`${others.length + (session ? 1 : 0)} sessions: ${seen.join("; ")}`);
  }
  return session;
}

/** How long the hook calls behind the events took, in milliseconds. */
export function ownTimes(workplace: Workplace): number[] {
  const found = rows<{ own_us: number }>(
    workplace.box,
    "SELECT own_us FROM mm_events WHERE own_us IS NOT NULL",
  );
  return found.map(({ own_us }) => own_us / 1000);
}

/** What an agent has sent whole, though it took its time. */
const OF_BUSY_MACHINE = /: stdin did not end within \d+ ms; \d+ bytes were read$/u;

/** What the hook calls had to complain about, and what they could not store. */
export function troubles(workplace: Workplace): string {
  const log = `${workplace.box.home}/logs/hook.log`;
  const lines = existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  const complaints = lines.filter((line) => !OF_BUSY_MACHINE.test(line)).join("\n");
  return existsSync(`${workplace.box.home}/spool`) ? `${complaints}spooled` : complaints;
}

/** Whether the agent's own record of a session, or any file of it where that is unknown, has this text in it. */
export function agentWrote(workplace: Workplace, { transcript }: Recorded, text: string): boolean {
  const { folder, home } = workplace.box;
  const mine = `--exclude-dir=${basename(home)}`;
  const found = ["grep", "--recursive", "--quiet", "--fixed-strings", "--no-messages", mine];
  return Bun.spawnSync([...found, "--", text, transcript ?? folder]).exitCode === 0;
}
