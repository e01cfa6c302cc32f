import { readFileSync } from "node:fs";
import type { AgentName } from "../../src/agents/agents.ts";
import type { HistoryEvent } from "../../src/agents/history/model.ts";
import type { HookWorld } from "./hook-world.ts";
import { readHome, TRANSCRIPTS, type Whole } from "./transcripts.ts";

type Payload = Readonly<Record<string, unknown>>;

interface Told {
  readonly event: string;
  readonly payload: Payload;
}

/** One hook call of a recorded run, with the time at which it came. */
export interface Played extends Told {
  readonly at: number;
}

function toldHooks(agent: AgentName): Told[] {
  const text = readFileSync(`${TRANSCRIPTS}/${agent}/hooks.jsonl`, "utf8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Told);
}

const idOf = (payload: Payload) =>
  String(payload["session_id"] ?? payload["sessionId"] ?? payload["sessionID"] ?? "");

function promptOf(payload: Payload): string | null {
  const prompt = payload["prompt"];
  const [part] = Array.isArray(prompt) ? (prompt as { text?: string }[]) : [];
  return typeof prompt === "string" ? prompt : (part?.text ?? null);
}

/** The time of the transcript's event that a hook tells of, where it tells none itself. */
class Times {
  readonly #sessions: ReadonlyMap<string, Whole>;
  readonly #taken = new Set<HistoryEvent>();

  constructor(sessions: ReadonlyMap<string, Whole>) {
    this.#sessions = sessions;
  }

  of({ event, payload }: Told): number | null {
    const own = payload["timestamp"];
    if (own !== undefined) return typeof own === "number" ? own : Date.parse(String(own));
    const useId = payload["tool_use_id"] ?? payload["tool_call_id"] ?? payload["callID"];
    // A subagent's prompt is none of its session's.
    if (event === "chat.message" && !this.#sessions.has(idOf(payload))) return null;
    const said = event === "chat.message" ? null : promptOf(payload);
    const found = this.#events(idOf(payload)).find(
      (each) =>
        !this.#taken.has(each) &&
        (useId === undefined
          ? each.kind === "prompt" && (said === each.text || event === "chat.message")
          : each.useId === useId),
    );
    if (found === undefined || (useId === undefined && said === null && event !== "chat.message"))
      return null;
    this.#taken.add(found);
    return found.at + 5;
  }

  #events(id: string): readonly HistoryEvent[] {
    return (
      this.#sessions.get(id)?.events ?? [...this.#sessions.values()].flatMap(({ events }) => events)
    );
  }
}

/**
 * The hook calls of the run whose transcripts are in `home`, in order.
 * @param isRaw whether OpenCode's come as it told them to its plugins, and not by ours
 */
export function playedHooks(agent: AgentName, home: string, isRaw = false): Played[] {
  const { sessions } = readHome(agent, home);
  const times = new Times(sessions);
  const raw = toldHooks(agent);
  const told = agent === "opencode" && !isRaw ? throughPlugin(raw, sessions) : raw;
  const known = told.map((each) => times.of(each));
  const end = Math.max(...[...sessions.values()].map(({ events }) => lastOf(events))) + 1000;
  let last = 0;
  return told.map((each, index) => {
    // What has no time of its own comes right before the next one that has.
    const next = known.slice(index).find((at) => at !== null) ?? end;
    const at = Math.max(last + 1, known[index] ?? next - 40);
    last = at;
    return { ...each, at };
  });
}

function lastOf(events: readonly HistoryEvent[]): number {
  return events.at(-1)?.at ?? 0;
}

/** What OpenCode's plugin makes of what OpenCode tells it; the texts of prompts weren't recorded. */
function throughPlugin(hooks: readonly Told[], sessions: ReadonlyMap<string, Whole>): Told[] {
  const parents = new Map<string, string>();
  const prompts = new Map(
    [...sessions].map(([id, { events }]) => [id, events.filter(({ kind }) => kind === "prompt")]),
  );
  const tools = [...sessions.values()].flatMap(({ events }) => events);
  return hooks.map(({ event, payload }) => {
    const id = idOf(payload);
    const info = payload["info"] as Payload | undefined;
    if (event === "session.created" && typeof info?.["parentID"] === "string") {
      parents.set(id, info["parentID"]);
    }
    const isCreated = event === "session.created";
    const parentID = isCreated ? undefined : parents.get(id);
    const prompt = event === "chat.message" ? prompts.get(id)?.shift() : undefined;
    const tool = tools.find(({ useId }) => useId !== null && useId === payload["callID"])?.tool;
    const exit = /\d+$/u.exec(tool?.error ?? "")?.[0];
    const more = {
      ...(parentID === undefined ? {} : { parentID }),
      ...(prompt === undefined ? {} : { text: `"${prompt.text}"`, messageID: prompt.useId }),
      ...(exit === undefined ? {} : { metadata: { exit: Number(exit) } }),
    };
    return { event, payload: { ...payload, ...more } };
  });
}

/** Makes the calls, each at its time. */
export async function play(
  world: HookWorld,
  agent: AgentName,
  hooks: readonly Played[],
): Promise<void> {
  for (const { event, payload, at } of hooks) {
    world.clock = new Date(at);
    const sent = agent === "opencode" ? { type: event, properties: payload } : payload;
    await world.hook(agent, event, sent);
  }
}
