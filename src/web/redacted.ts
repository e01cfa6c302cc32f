import { mayHoldSecret, redact } from "../text/redact.ts";
import { redactJson } from "../text/redact-json.ts";
import { isObject, toJson } from "../text/text.ts";

/** What names a row, so that links lead to it, and times; `docs/privacy.md` says that these aren't redacted. */
const FIXED: ReadonlySet<string> = new Set([
  "id",
  "session_id",
  "source_id",
  "agent_id",
  "external_id",
  "parent_id",
  "namespace",
  "started_at",
  "ended_at",
  "last_event_at",
  "created_at",
]);

/** Short texts without a secret: most are told again with each change. */
const clean = new Set<string>();
const MOST_CLEAN = 4000;
const SHORT_CHARS = 200;

function safeText(text: string): string {
  if (clean.has(text)) return text;
  const safe = redact(text);
  if (safe !== text || text.length > SHORT_CHARS) return safe;
  if (clean.size >= MOST_CLEAN) clean.clear();
  clean.add(text);
  return text;
}

/**
 * A document of a command with the secrets redacted that other programs have stored, or an earlier `mm` that didn't
 * know them. Without such a secret it is the same to the byte.
 */
export function redactDocument(document: string): string {
  if (document === "") return document;
  let isChanged = false;
  const value: unknown = JSON.parse(document, (key, member: unknown) => {
    let safe: unknown = member;
    if (typeof member === "string") safe = FIXED.has(key) ? member : safeText(member);
    else if (key === "metadata" && isObject(member)) safe = redactMetadata(member);
    if (safe !== member) isChanged = true;
    return safe;
  });
  return isChanged ? `${toJson(value)}\n` : document;
}

/** Its names tell of secrets, too. */
function redactMetadata(metadata: object): unknown {
  const text = JSON.stringify(metadata);
  if (!mayHoldSecret(text)) return metadata;
  const safe = redactJson(metadata);
  return JSON.stringify(safe) === text ? metadata : safe;
}
