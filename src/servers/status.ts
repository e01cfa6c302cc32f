import { AGENT_NAMES, AGENTS, type AgentName } from "../agents/agents.ts";
import { INSTALLERS } from "../agents/settings.ts";
import type { Context } from "../context.ts";
import { type EditContext, SCOPES, type Scope, toEditContext } from "../edit/places.ts";
import { mayHavePart } from "../edit/receipt.ts";
import { SERVER_NAME, type ServerEntry } from "../edit/servers/editor.ts";
import type { Obstacle } from "../edit/settings.ts";
import { readText } from "../edit/write.ts";
import { type CalledProgram, calledProgram, type State } from "../install/check.ts";
import { isFoundByPath, putOnPath } from "../install/program.ts";
import { isThere, rivalOf } from "../install/targets.ts";
import { toJson } from "../text/text.ts";
import { type ServerTarget, serverTarget } from "./targets.ts";

/** What is known of our server in one agent's settings. */
export interface ServerStatus {
  readonly agent: AgentName;
  readonly support: (typeof AGENTS)[AgentName]["support"];
  readonly scope: Scope | "plugin";
  /** Null where there is no such file. */
  readonly file: string | null;
  readonly state: State;
  readonly program: CalledProgram | null;
  /** The tools that it offers; empty where it wasn't started. */
  readonly tools: readonly string[];
  /** Until it had told them, in milliseconds; null where it wasn't started. */
  readonly answeredMs: number | null;
  /** Why it can't work, or what is left to do, each with its fix. */
  readonly problems: readonly Obstacle[];
}

type StatusContext = Pick<
  Context,
  "env" | "cwd" | "executable" | "capture" | "disk" | "now" | "newId" | "warnings"
>;

interface LookContext extends StatusContext, EditContext {
  /** Whether each server is started and asked for its tools. */
  readonly isAsked: boolean;
}

const ANSWER_MS = 10_000;

const QUESTION = [
  {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "mm", version: "1" },
    },
  },
  { id: 2, method: "tools/list" },
]
  .map((message) => `${toJson({ jsonrpc: "2.0", ...message })}\n`)
  .join("");

/** The names of the tools in what a server has printed; null where it told none. */
function toolsIn(printed: string): string[] | null {
  for (const line of printed.split("\n")) {
    try {
      const { id, result } = JSON.parse(line) as { id?: unknown; result?: { tools?: unknown } };
      if (id !== 2 || !Array.isArray(result?.tools)) continue;
      return result.tools.map(({ name }) => String(name));
    } catch {
      // Not every line need be an answer.
    }
  }
  return null;
}

interface Answered {
  readonly tools: readonly string[];
  readonly answeredMs: number | null;
}

const UNASKED: Answered = { tools: [], answeredMs: null };

/** Starts the very command that the agent starts, and asks for the tools. Null where it doesn't answer. */
async function askServer(
  ctx: StatusContext,
  { words, env }: ServerEntry,
): Promise<Answered | null> {
  const start = ctx.now().getTime();
  const printed = await ctx.capture(words, ANSWER_MS, { stdin: QUESTION, env });
  const tools = printed === null ? null : toolsIn(printed);
  return tools === null ? null : { tools, answeredMs: ctx.now().getTime() - start };
}

function again({ agent, scope }: ServerTarget): string {
  return `mm mcp install ${agent}${scope === "project" ? " --scope project" : ""}`;
}

function obstaclesOf(
  ctx: StatusContext,
  target: ServerTarget,
  entry: ServerEntry,
  program: CalledProgram,
): Obstacle[] {
  const { path } = target;
  if (!program.exists) {
    const fix = isFoundByPath(program.path) ? putOnPath(ctx) : again(target);
    return [{ kind: "off", message: `there is no ${program.path}`, fix }];
  }
  if (!entry.isEnabled) {
    const message = `the server ${entry.name} is turned off in ${path}`;
    return [{ kind: "off", message, fix: `turn ${entry.name} on in ${path}` }];
  }
  return entry.name === SERVER_NAME
    ? []
    : [
        {
          kind: "pending",
          message: `it is registered as ${entry.name}`,
          fix: again(target),
        },
      ];
}

type Row = Omit<ServerStatus, "agent" | "support" | "scope" | "file">;

async function rowOf(ctx: LookContext, target: ServerTarget, entry: ServerEntry): Promise<Row> {
  const program = calledProgram(ctx, entry.words[0] ?? "");
  const known = obstaclesOf(ctx, target, entry, program);
  const isOff = known.some(({ kind }) => kind === "off");
  if (isOff) return { state: "broken", program, problems: known, ...UNASKED };
  const answered = ctx.isAsked ? await askServer(ctx, entry) : UNASKED;
  if (answered !== null) {
    const state = known.length > 0 ? "pending" : "ok";
    return { state, program, problems: known, ...answered };
  }
  const message = `${entry.words.join(" ")} doesn't answer`;
  const problem: Obstacle = { kind: "off", message, fix: again(target) };
  return { state: "broken", program, problems: [...known, problem], ...UNASKED };
}

const NOTHING = { program: null, problems: [], ...UNASKED };

async function statusIn(ctx: LookContext, target: ServerTarget): Promise<Row> {
  let text: string | null = null;
  try {
    text = readText(ctx.files, target.path);
    const entries = text === null ? [] : target.settings.editor.find(text);
    const entry = entries.find(({ counts }) => counts);
    if (entry !== undefined) return await rowOf(ctx, target, entry);
  } catch (error) {
    if (mayHavePart(ctx, target)) {
      const problem = error instanceof Error ? error.message : String(error);
      const fix = `correct ${target.path}, and install the server again`;
      const message = `${target.path}: ${problem}`;
      return { ...NOTHING, state: "broken", problems: [{ kind: "off", message, fix }] };
    }
  }
  return {
    ...NOTHING,
    state: isThere(target.settings, ctx.places) ? "not_installed" : "absent",
  };
}

/** The server that an agent's plugin brings along, or null. */
async function pluginStatus(ctx: LookContext, agent: AgentName): Promise<ServerStatus | null> {
  const hooks = INSTALLERS[agent];
  const target = serverTarget(agent, "user", ctx.places);
  if (hooks.kind === "none" || target === null || rivalOf(ctx, hooks) === null) return null;
  const entry = { name: SERVER_NAME, words: ["mm", "mcp"], env: {}, isEnabled: true, counts: true };
  const row = await rowOf(ctx, target, entry);
  return { agent, support: AGENTS[agent].support, scope: "plugin", file: null, ...row };
}

async function statusOf(ctx: LookContext, agent: AgentName): Promise<ServerStatus[]> {
  const { support } = AGENTS[agent];
  const rows: ServerStatus[] = [];
  for (const scope of SCOPES) {
    const target = serverTarget(agent, scope, ctx.places);
    if (target === null || rows.some(({ file }) => file === target.path)) continue;
    rows.push({ agent, support, scope, file: target.path, ...(await statusIn(ctx, target)) });
  }
  const plugin = await pluginStatus(ctx, agent);
  const all = plugin === null ? rows : [...rows, plugin];
  const told = all.filter(({ state }) => state !== "not_installed" && state !== "absent");
  if (told.length > 0) return told;
  const [first] = all;
  const none = { agent, support, scope: "user", file: null, state: "not_installed" } as const;
  return [first ?? { ...none, ...NOTHING }];
}

/**
 * Where our server is registered, for these agents or for all, and whether it can be started. It changes nothing.
 * @param isAsked whether each is started and asked for its tools
 */
export async function serverStatus(
  given: StatusContext,
  agents: readonly AgentName[],
  isAsked: boolean,
): Promise<ServerStatus[]> {
  const ctx = { ...(await toEditContext(given)), isAsked };
  const rows: ServerStatus[] = [];
  for (const agent of agents.length > 0 ? agents : AGENT_NAMES) {
    rows.push(...(await statusOf(ctx, agent)));
  }
  return rows;
}
