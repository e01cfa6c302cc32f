import type { AgentName } from "../agents/agents.ts";
import { HISTORIES } from "../agents/histories.ts";
import { OpencodeDatabase } from "../agents/opencode/sql.ts";
import { isPayload, type Payload } from "../agents/wire/payload.ts";
import { TranscriptFiles } from "./files.ts";

const LINES_TO_LOOK_AT = 20;

/** What a line of an agent's transcript has, and no other agent's. The order matters: the first one counts. */
const SIGNS: readonly (readonly [AgentName, (line: Payload) => boolean])[] = [
  ["copilot", ({ type, data }) => type === "session.start" && isPayload(data)],
  ["codex", ({ type, payload }) => type === "session_meta" && isPayload(payload)],
  [
    "codex",
    ({ id, timestamp, type, instructions }) =>
      typeof id === "string" &&
      typeof timestamp === "string" &&
      type === undefined &&
      instructions !== undefined,
  ],
  [
    "gemini",
    ({ sessionId, projectHash }) =>
      typeof sessionId === "string" && typeof projectHash === "string",
  ],
  [
    "qwen",
    ({ sessionId, provenance, message }) =>
      typeof sessionId === "string" &&
      isPayload(message) &&
      (provenance !== undefined || Array.isArray(message["parts"])),
  ],
  ["droid", ({ type, id }) => type === "session_start" && typeof id === "string"],
  ["kimi", ({ type, protocol_version }) => type === "metadata" && protocol_version !== undefined],
  ["claude", ({ sessionId, type }) => typeof sessionId === "string" && typeof type === "string"],
  [
    "cline",
    ({ sessionId, messages, agent }) =>
      typeof sessionId === "string" && Array.isArray(messages) && agent !== undefined,
  ],
];

/** Agents whose files are known by their names and folders. */
const BY_PLACE: readonly AgentName[] = ["cursor", "amp", "cline", "opencode"];

function signOf(line: Payload): AgentName | null {
  return SIGNS.find(([, isSigned]) => isSigned(line))?.[0] ?? null;
}

function isOpencodes(path: string): boolean {
  try {
    using db = new OpencodeDatabase(path);
    return db.isOpencodes;
  } catch {
    return false;
  }
}

/** The agent that a transcript is of by its first lines, or null. */
export function agentOfFile(path: string): AgentName | null {
  if (path.endsWith(".db")) return isOpencodes(path) ? "opencode" : null;
  const placed = BY_PLACE.find((agent) => HISTORIES[agent]?.sourceOf(path) != null);
  if (placed !== undefined) return placed;
  const files = new TranscriptFiles(Number.POSITIVE_INFINITY);
  let looked = 0;
  for (const line of files.lines(path)) {
    const agent = line === null ? null : signOf(line);
    if (agent !== null) return agent;
    if (++looked >= LINES_TO_LOOK_AT) break;
  }
  // Some keep one document a session.
  const document = path.endsWith(".json") ? files.json(path) : null;
  return document === null ? null : signOf(document);
}
