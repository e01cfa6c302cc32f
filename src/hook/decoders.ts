import type { Client, GENERIC } from "../domain/agents.ts";
import type { HookEvent } from "../domain/hook-event.ts";
import type { Decode } from "./build.ts";
import { detectCaller, type Environment } from "./caller.ts";
import { text } from "./fields.ts";
import type { Payload } from "./payload.ts";

type Caller = Client | typeof GENERIC;

/** One lazy import a client: a hook call loads the decoder of its caller only. */
export const DECODERS: Readonly<Record<Caller, () => Promise<Decode>>> = {
  claude: async () => (await import("./claude.ts")).decode,
  codex: async () => (await import("./codex.ts")).decode,
  gemini: async () => (await import("./gemini.ts")).decode,
  copilot: async () => (await import("./copilot.ts")).decode,
  qwen: async () => (await import("./qwen.ts")).decode,
  opencode: async () => (await import("./opencode.ts")).decode,
  cursor: async () => (await import("./cursor.ts")).decode,
  vscode: async () => (await import("./vscode.ts")).decode,
  droid: async () => (await import("./droid.ts")).decode,
  kimi: async () => (await import("./kimi.ts")).decode,
  windsurf: async () => (await import("./windsurf.ts")).decode,
  cline: async () => (await import("./cline.ts")).decode,
  amp: async () => (await import("./amp.ts")).decode,
  generic: async () => (await import("./generic.ts")).decode,
};

/** What the environment that a client gives its hooks adds to its payloads; most wanted first. */
interface Given {
  readonly session?: string;
  readonly folder: readonly string[];
  readonly version?: string;
}

const GIVEN: Partial<Record<Caller, Given>> = {
  claude: { session: "CLAUDE_CODE_SESSION_ID", folder: ["CLAUDE_PROJECT_DIR"] },
  gemini: { session: "GEMINI_SESSION_ID", folder: ["GEMINI_PROJECT_DIR"] },
  copilot: { folder: ["COPILOT_PROJECT_DIR"], version: "COPILOT_CLI_BINARY_VERSION" },
  qwen: { folder: ["QWEN_PROJECT_DIR"], version: "QWEN_CODE_STARTUP_VERSION" },
  cursor: { folder: ["CURSOR_PROJECT_DIR", "CLAUDE_PROJECT_DIR"], version: "CURSOR_VERSION" },
  droid: { folder: ["FACTORY_PROJECT_DIR"] },
};

/**
 * What a hook call tells, or null where it is nothing for us.
 * @param client the word of the command line; one that is no client's has no events
 * @param event the client's own name or ours, in any case
 */
export async function decodeHook(
  client: string,
  event: string,
  payload: Payload,
  env: Environment,
): Promise<HookEvent | null> {
  if (!isCaller(client)) return null;
  const caller = detectCaller(client, payload, env);
  const given = GIVEN[caller];
  const decode = await DECODERS[caller]();
  const decoded = decode(event, withSession(payload, given, env));
  if (decoded === null || given === undefined) return decoded;
  return {
    ...decoded,
    cwd: decoded.cwd ?? text(env, ...given.folder),
    clientVersion: decoded.clientVersion ?? text(env, ...(given.version ? [given.version] : [])),
  };
}

function isCaller(client: string): client is Caller {
  return Object.hasOwn(DECODERS, client);
}

function withSession(payload: Payload, given: Given | undefined, env: Environment): Payload {
  const session = payload["session_id"] ?? payload["sessionId"];
  if (given?.session === undefined || (session !== undefined && session !== null)) return payload;
  return { ...payload, session_id: env[given.session] };
}
