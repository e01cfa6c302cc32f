import type { Env } from "../../context.ts";
import type { Variable } from "../../settings/environment.ts";
import type { Client, GENERIC } from "../agents.ts";
import * as amp from "../amp/hooks.ts";
import * as claude from "../claude/hooks.ts";
import * as cline from "../cline/hooks.ts";
import * as codex from "../codex/hooks.ts";
import * as copilot from "../copilot/hooks.ts";
import * as cursor from "../cursor/hooks.ts";
import * as droid from "../droid/hooks.ts";
import * as gemini from "../gemini/hooks.ts";
import * as kimi from "../kimi/hooks.ts";
import * as opencode from "../opencode/hooks.ts";
import * as qwen from "../qwen/hooks.ts";
import * as vscode from "../vscode/hooks.ts";
import * as windsurf from "../windsurf/hooks.ts";
import type { Decode } from "./build.ts";
import { detectCaller } from "./caller.ts";
import type { HookEvent } from "./event.ts";
import * as generic from "./generic.ts";
import { object, type Payload } from "./payload.ts";

type Caller = Client | typeof GENERIC;

/** All are loaded at once: together they are smaller than what a lazy import of one costs. */
export const DECODERS: Readonly<Record<Caller, Decode>> = {
  claude: claude.decode,
  codex: codex.decode,
  gemini: gemini.decode,
  copilot: copilot.decode,
  qwen: qwen.decode,
  opencode: opencode.decode,
  cursor: cursor.decode,
  vscode: vscode.decode,
  droid: droid.decode,
  kimi: kimi.decode,
  windsurf: windsurf.decode,
  cline: cline.decode,
  amp: amp.decode,
  generic: generic.decode,
};

/** What the environment that a client gives its hooks adds to its payloads; most wanted first. */
interface Given {
  readonly session?: Variable;
  readonly folder: readonly Variable[];
  readonly version?: Variable;
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
 * @param isPart whether more of the payload was to come: then a tool call counts without its tool, too
 */
export function decodeHook(
  client: string,
  event: string,
  payload: Payload,
  env: Env,
  isPart = false,
): HookEvent | null {
  if (!isCaller(client)) return null;
  const caller = detectCaller(client, payload, env);
  const given = GIVEN[caller];
  const decode = DECODERS[caller];
  const known = withSession(payload, given, env);
  const decoded = decode(event, known) ?? (isPart ? withoutTool(decode, event, known) : null);
  if (decoded === null || given === undefined) return decoded;
  return {
    ...decoded,
    cwd: decoded.cwd ?? firstOf(env, given.folder),
    clientVersion: decoded.clientVersion ?? firstOf(env, given.version ? [given.version] : []),
  };
}

function firstOf(env: Env, variables: readonly Variable[]): string | null {
  for (const name of variables) {
    const value = env[name];
    if (value) return value;
  }
  return null;
}

function isCaller(client: string): client is Caller {
  return Object.hasOwn(DECODERS, client);
}

/** What can be told of a tool call while the tool's name is not known. */
function withoutTool(decode: Decode, event: string, payload: Payload): HookEvent | null {
  const properties = { ...object(payload, "properties"), tool: "?" };
  const decoded = decode(event, { ...payload, tool_name: "?", properties });
  return decoded === null ? null : { ...decoded, tool: null };
}

function withSession(payload: Payload, given: Given | undefined, env: Env): Payload {
  const session = payload["session_id"] ?? payload["sessionId"];
  if (given?.session === undefined || (session !== undefined && session !== null)) return payload;
  return { ...payload, session_id: env[given.session] };
}
