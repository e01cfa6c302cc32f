import { UserError } from "../errors.ts";
import { escapeControls } from "../text/text.ts";

const CHARSET_RULE =
  "must match [A-Za-z0-9._-]+ (no slash / backslash / whitespace / control chars)";
const AGENT_PREFIX = "agent-runtime";
const DEFAULT_AGENT = "default";
const MAX_AGENT_ID = 64;
const MAX_NAMESPACE = 256;
const MAX_EXTERNAL_ID = 512;

/** `A-Z a-z 0-9 . _ -` only. A loop, because a process's first RegExp costs 0.3 ms. */
function isInCharset(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i) | 0x20;
    const isLetter = code >= 0x61 && code <= 0x7a && value.charCodeAt(i) < 0x80;
    if (!isLetter && !"0123456789._-".includes(value.charAt(i))) return false;
  }
  return true;
}

function quoted(value: string): string {
  return `'${escapeControls(value)}'`;
}

function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count++;
  return count;
}

/** What is wrong with an agent id, in memtomem's words, or null. */
function agentIdFault(value: string): string | null {
  if (value.trim() === "") return "empty";
  const length = codePoints(value);
  if (length > MAX_AGENT_ID) return `length ${length} exceeds ${MAX_AGENT_ID}`;
  if (value === "." || value === "..") return "reserved path token";
  if (value.startsWith("-")) return "leading dash";
  return isInCharset(value) ? null : CHARSET_RULE;
}

/** Returns the id unchanged: it is neither trimmed nor case-folded. @throws UserError `invalid_agent_id` */
export function parseAgentId(value: string): string {
  const fault = agentIdFault(value);
  if (fault !== null) {
    throw new UserError("invalid_agent_id", `invalid agent-id ${quoted(value)}: ${fault}`);
  }
  return value;
}

function segmentFault(segment: string): string | null {
  if (segment === "") return "empty segment (leading / trailing / consecutive ':')";
  const named = `segment ${quoted(segment)}`;
  if (segment === "." || segment === "..") return `${named} is a reserved path token`;
  if (segment.startsWith("-")) return `${named} has a leading dash`;
  return isInCharset(segment) ? null : `${named} ${CHARSET_RULE}`;
}

function agentRuntimeFault(segments: readonly string[]): string | null {
  const rest = segments.slice(1);
  const agentId = rest[0];
  if (agentId === undefined || rest.length !== 1) {
    return `\`\`agent-runtime:\`\` prefix requires exactly one trailing segment (\`\`agent-runtime:<agent_id>\`\`); got ${rest.length}`;
  }
  const fault = agentIdFault(agentId);
  if (fault === null) return null;
  const named = quoted(agentId);
  return `agent-runtime segment ${named} failed agent-id contract — invalid agent-id ${named}: ${fault}`;
}

function namespaceFault(value: string): string | null {
  if (value.trim() === "") return "empty";
  const length = codePoints(value);
  if (length > MAX_NAMESPACE) return `length ${length} exceeds ${MAX_NAMESPACE}`;
  const segments = value.split(":");
  for (const segment of segments) {
    const fault = segmentFault(segment);
    if (fault !== null) return fault;
  }
  return segments[0] === AGENT_PREFIX ? agentRuntimeFault(segments) : null;
}

/** @throws UserError `invalid_namespace`, in memtomem's words */
export function parseNamespace(value: string): string {
  const fault = namespaceFault(value);
  if (fault !== null) {
    throw new UserError("invalid_namespace", `invalid namespace ${quoted(value)}: ${fault}`);
  }
  return value;
}

/** Checks an id that another program chose: any text on one line. @throws UserError `usage` */
export function parseExternalId(value: string): string {
  const length = codePoints(value);
  if (value === "" || length > MAX_EXTERNAL_ID || escapeControls(value) !== value) {
    throw new UserError(
      "usage",
      `invalid external id ${quoted(value)}; expected 1 to ${MAX_EXTERNAL_ID} characters on one line`,
    );
  }
  return value;
}

/** The namespace of a session that was started without one. */
export function deriveNamespace(agentId: string): string {
  return agentId === DEFAULT_AGENT ? DEFAULT_AGENT : `${AGENT_PREFIX}:${agentId}`;
}
