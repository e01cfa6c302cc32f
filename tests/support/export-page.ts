import type { Digest } from "../../src/digest/digest.ts";
import type { ExportFormat } from "../../src/exchange/export.ts";
import { type LocalTimes, timeOf } from "../../src/exchange/facts.ts";
import { sessionOutline } from "../../src/exchange/outline.ts";
import type { StoredSession } from "../../src/exchange/record.ts";
import type { StoredRecord } from "../../src/store/stored-rows.ts";
import { escapeControls } from "../../src/text/text.ts";

/** Texts that would have an effect on a page that doesn't escape them. */
export const HOSTILE = [
  "<script>window.pwned1 = alert(1)</script>",
  "<img src=x onerror=alert(2)>",
  "</style></title></pre></details><script>alert(3)</script>",
  "javascript:alert(4)",
  '" onmouseover="alert(5)" onclick="alert(5)',
  "' autofocus onfocus=alert(6) '",
  "<!-- <script>alert(7)</script>",
  "]]><svg onload=alert(8)><animate onbegin=alert(8)>",
  "&lt;script&gt;alert(9)&lt;/script&gt; &#60;b&#62; &amp &quot",
  "a\0b<\0script>alert(10)</script>",
  "\u202egnp.exe \u2066<b>\u2069",
  "\x1b[31m\u009b\x7f",
  "<base href=https://example.invalid/><link rel=stylesheet href=//example.invalid/x.css>",
  "<meta http-equiv=refresh content='0;url=javascript:alert(11)'>",
  "+ADw-script+AD4-alert(12)+ADw-/script+AD4-",
  "<iframe srcdoc='<script>alert(13)</script>'></iframe><form action=//example.invalid><input autofocus>",
];

interface Exported {
  readonly session: StoredRecord;
  readonly events: readonly StoredRecord[];
  /** The text as a page shows it. */
  readonly shown: string;
}

/** An hour-long session with the text in every possible field. */
export function hostileSession(text: string, index: number): Exported {
  const row = {
    id: `${text}${index}`,
    agent_id: text,
    started_at: "2026-11-22T12:00:00+00:00",
    ended_at: "2026-11-22T13:00:00+00:00",
    summary: text,
    metadata: JSON.stringify({ title: text }),
    namespace: text,
  };
  const own = { client: text, model: text, project: text, branch: text, end_reason: text };
  const event = (type: string, content: string, createdAt: string) => ({
    row: { event_type: type, content, created_at: createdAt, metadata: "{}", chunk_ids: text },
    own: null,
  });
  return {
    session: { row, own },
    events: [
      event(text, text, "2026-11-22T12:10:00+00:00"),
      event("tool_call", `${text}\n${text}`, "2026-11-22T12:30:00+00:00"),
      event("error", text, text),
    ],
    shown: escapeControls(text),
  };
}

/** A clock of UTC, whatever the machine's time zone is. */
export const UTC: LocalTimes = {
  local: (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " "),
  zone: () => "UTC",
};

const NOTHING: Digest = {
  prompts: 0,
  commands: 0,
  failedCommands: 0,
  toolCalls: 0,
  failures: 0,
  otherFailures: 0,
  decisions: 0,
  notes: 0,
  files: [],
  lastPrompt: null,
  lastFailure: null,
};

/** A session with its events, as the database gives it to an export. */
export function asStored(
  session: StoredRecord,
  events: readonly StoredRecord[],
  digest: Partial<Digest> = {},
  lastEventMs: number | null = null,
): StoredSession {
  const outlineEvents = () =>
    events.map(({ row }) => {
      const type = String(row["event_type"]);
      const at = timeOf(String(row["created_at"]));
      return { type, at, failure: type === "error" ? String(row["content"]) : "" };
    });
  return {
    ...session,
    lastEventMs: () => lastEventMs,
    outlineEvents,
    outline: () => sessionOutline(outlineEvents()),
    machine: null,
    spent: () => null,
    digest: () => ({ ...NOTHING, ...digest }),
  };
}

/** The text of a whole export. */
export function rendered(format: ExportFormat, sessions: readonly Exported[]): string {
  const stored = sessions.map(({ session, events }) => asStored(session, events));
  const totals = { sessions: sessions.length, events: 0 };
  const beginning = [...format.begin({ totals, sessions: () => stored })];
  const parts = stored.flatMap((session, index) => [
    format.session(session),
    ...(sessions[index]?.events ?? []).map((event) => format.event(event, session)),
    format.endSession(),
  ]);
  return [...beginning, ...parts, format.end(totals)].join("");
}
