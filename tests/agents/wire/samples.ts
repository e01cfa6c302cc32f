import { readdirSync, readFileSync } from "node:fs";
import { AGENT_NAMES, type AgentName } from "../../../src/agents/agents.ts";
import { HOOK_KINDS, type HookEvent, type ToolUse } from "../../../src/agents/wire/event.ts";
import type { Payload } from "../../../src/agents/wire/payload.ts";

const FOLDER = `${import.meta.dir}/../../fixtures/hooks`;

export interface Sample {
  readonly agent: AgentName;
  /** The file, without `.json`. */
  readonly name: string;
  readonly payload: Payload;
}

export const SAMPLES: readonly Sample[] = AGENT_NAMES.flatMap((agent) =>
  readdirSync(`${FOLDER}/${agent}`)
    .map((file) => file.replace(/\.json$/u, ""))
    .sort()
    .map((name) => ({
      agent,
      name,
      payload: JSON.parse(readFileSync(`${FOLDER}/${agent}/${name}.json`, "utf8")) as Payload,
    })),
);

/** The recorded calls of one agent, in their order. */
export function sequence(name: string): { event: string; payload: Payload }[] {
  return readFileSync(`${FOLDER}/sequences/${name}.jsonl`, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

export function sample(agent: AgentName, name: string): Payload {
  const found = SAMPLES.find((each) => each.agent === agent && each.name === name);
  if (found === undefined) throw new Error(`no sample ${agent}/${name}`);
  return found.payload;
}

const BLANK = {
  at: null,
  cwd: "/w",
  model: null,
  agentVersion: null,
  transcriptPath: null,
  title: null,
  source: null,
  reason: null,
  prompt: null,
  tool: null,
  subagent: null,
  message: null,
  startsTurn: false,
  asks: false,
  repeats: false,
  useId: null,
};

type Told = Pick<HookEvent, "kind" | "agent" | "externalId" | "agentEvent"> & Partial<HookEvent>;

/** A whole event in the folder `/w`, of which only what differs from nothing is written. */
export function told(event: Told): HookEvent {
  return { ...BLANK, ...event };
}

/** A successful call of a tool, of which only what differs from nothing is written. */
export function used(tool: Partial<ToolUse> & Pick<ToolUse, "name">): ToolUse {
  return {
    object: null,
    file: null,
    ok: true,
    error: null,
    durationMs: null,
    outputSize: null,
    input: null,
    output: null,
    ...tool,
  };
}

const isText = (value: unknown) => value === null || typeof value === "string";
const isNumber = (value: unknown) => value === null || Number.isFinite(value);
const CALLERS: readonly string[] = [...AGENT_NAMES, "generic"];
const KINDS: readonly string[] = HOOK_KINDS;
const SOURCES = [null, "startup", "resume", "clear", "compact", "fork"];
const TEXTS = [
  "cwd",
  "model",
  "agentVersion",
  "transcriptPath",
  "title",
  "reason",
  "prompt",
  "subagent",
  "message",
  "useId",
] as const;

/** What is wrong with an event, by its type; empty if nothing is. */
export function faults(event: HookEvent | null): string[] {
  if (event === null) return [];
  const checks: [string, boolean][] = [
    ["fields", Object.keys(event).length === 4 + Object.keys(BLANK).length],
    ["kind", KINDS.includes(event.kind)],
    ["agent", CALLERS.includes(event.agent)],
    ["externalId", /^\P{Cc}{1,512}$/u.test(event.externalId)],
    ["useId", event.useId === null || /^\P{Cc}{1,512}$/u.test(event.useId)],
    ["agentEvent", /^[\w.]+$/u.test(event.agentEvent)],
    ["at", isNumber(event.at)],
    ["source", SOURCES.includes(event.source)],
    ["startsTurn", event.kind === "notification" || !event.startsTurn],
    ["asks", event.kind === "notification" || !event.asks],
    ["repeats", typeof event.repeats === "boolean"],
    ["tool", event.kind.startsWith("tool-") === (event.tool !== null)],
    ...TEXTS.map((key): [string, boolean] => [key, isText(event[key])]),
  ];
  const wrong = checks.filter(([, holds]) => !holds).map(([name]) => name);
  return event.tool === null ? wrong : [...wrong, ...toolFaults(event.kind, event.tool)];
}

function toolFaults(kind: string, tool: ToolUse): string[] {
  const checks: [string, boolean][] = [
    ["tool fields", Object.keys(tool).length === 9],
    ["tool name", typeof tool.name === "string" && tool.name !== ""],
    ["tool object", isText(tool.object) && isText(tool.file) && isText(tool.error)],
    ["tool ok", tool.ok === (kind !== "tool-error")],
    ["tool numbers", isNumber(tool.durationMs) && isNumber(tool.outputSize)],
  ];
  return checks.filter(([, holds]) => !holds).map(([name]) => name);
}

/** What was typed for a sample, and what it must tell; null is nothing. */
type Row = readonly [event: string, tells: Partial<HookEvent> & Pick<HookEvent, "kind">];
export type Rows = Readonly<Record<string, Row | readonly [event: string, tells: null]>>;
