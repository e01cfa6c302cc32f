import type { Context, HookInput } from "../../context.ts";
import { codeOf, LostEvent } from "../../errors.ts";
import { GENERIC } from "../agents.ts";
import { decodeHook } from "./decode.ts";
import type { HookEvent } from "./event.ts";
import { type Payload, parsePayload } from "./payload.ts";

/**
 * How long a call may take, in milliseconds; agents wait for it. Nobody waits for one whose payload comes by way of
 * another program, which has to start first.
 */
const BUDGET_MS = { start: 1500, end: 800, other: 200, piped: 2000 } as const;

/** Its plugin goes on meanwhile, and on a busy machine takes its time to send what it tells. */
const UNHURRIED = "opencode";

/** The events of all agents that begin or end a session, without their separators. */
const STARTS: readonly string[] = ["sessionstart", "sessioncreated", "taskstart", "taskresume"];
const ENDS: readonly string[] = [
  "sessionend",
  "sessiondeleted",
  "sessionshutdown",
  "dispose",
  "taskcomplete",
  "taskcancel",
];

export function budgetOf({ agent, eventWord, parent }: HookWords): number {
  if (agent === GENERIC || parent !== null) return BUDGET_MS.piped;
  const parts = eventWord.toLowerCase().split("-").join("").split("_").join("").split(".");
  const word = parts.join("");
  if (STARTS.includes(word)) return BUDGET_MS.start;
  if (ENDS.includes(word)) return BUDGET_MS.end;
  return agent === UNHURRIED ? BUDGET_MS.start : BUDGET_MS.other;
}

type Needs = Pick<Context, "env" | "warnings" | "readHookInput">;

/** The bytes that an agent sent. */
export interface PayloadBytes {
  /** Names them. */
  readonly hash: string;
  /** How many there were, where they were too many to be kept. */
  readonly cutFrom: number | null;
}

/** An event, and the bytes that told it. */
interface Received {
  readonly event: HookEvent;
  readonly bytes: PayloadBytes;
}

/** What was typed behind `mm hook`. */
export interface HookWords {
  readonly agent: string;
  readonly eventWord: string;
  /** The process that ran the command, where that has handed its payload on and may be gone by now. */
  readonly parent: string | null;
}

/** Larger payloads are read so that they take less memory. */
const LARGE_BYTES = 2 * 1024 * 1024;

async function payloadOf(bytes: Uint8Array): Promise<Payload | null> {
  if (bytes.length < LARGE_BYTES) return parsePayload(bytes);
  const { parseLarge } = await import("./large.ts");
  return parseLarge(bytes) ?? parsePayload(bytes);
}

/** What a payload may mean, most likely first, and whether that is less than what was sent. */
async function readingsOf(
  input: HookInput,
): Promise<{ readings: Iterable<Payload>; isPart: boolean }> {
  const { head, tail, isWhole, ended } = input;
  const payload = isWhole && ended ? await payloadOf(head) : null;
  if (payload !== null) return { readings: [payload], isPart: false };
  const { malformedPayloads, salvagePayload } = await import("./salvage.ts");
  const isCutOff = !(isWhole && ended);
  return {
    readings: isCutOff ? [salvagePayload(head, tail)] : malformedPayloads(head),
    isPart: true,
  };
}

/** What is wrong with the form of an input, or null. */
function faultOf(
  { total, isWhole, ended }: HookInput,
  isPart: boolean,
  withinMs: number,
): string | null {
  if (!ended) return `stdin did not end within ${withinMs} ms`;
  return isWhole && isPart ? `the payload of ${total} bytes is not a JSON object` : null;
}

/** @throws LostEvent unless there was nothing to tell */
async function expectNothing(
  ctx: Needs,
  { agent, eventWord }: HookWords,
  input: HookInput,
  fault: string | null,
): Promise<null> {
  const { head, total, isWhole, ended } = input;
  if (!ended) {
    const reason = total === 0 ? "late" : "session";
    throw new LostEvent(reason, `${fault}, and no session is named in its ${total} bytes`);
  }
  if (fault !== null) throw new LostEvent("payload", fault);
  if (!isWhole) {
    throw new LostEvent("session", `no session is named in what is read of its ${total} bytes`);
  }
  const { missingIn, unknownIn } = await import("./nothing.ts");
  const payload = parsePayload(head) ?? {};
  const unknown = unknownIn(agent, eventWord, payload, ctx.env);
  const isEmpty = eventWord === "" && total === 0;
  if (unknown !== null && !isEmpty) throw new LostEvent("unknown", unknown);
  const missing = missingIn(agent, eventWord, payload, ctx.env);
  if (missing === "tool") throw new LostEvent("payload", `no tool is named in its ${total} bytes`);
  if (missing === null) return null;
  throw new LostEvent("session", `no session is named in its ${total} bytes, or by no usable id`);
}

/** @throws LostEvent where standard input can't be read: it is a folder, or only open for writing */
async function readInput(ctx: Needs, withinMs: number): Promise<HookInput> {
  try {
    return await ctx.readHookInput(withinMs);
  } catch (error) {
    throw new LostEvent("payload", `standard input can't be read: ${codeOf(error) || error}`);
  }
}

/**
 * Reads and decodes one call.
 * @returns null where it has nothing to tell
 * @throws LostEvent
 */
export async function receiveHook(
  ctx: Needs,
  words: HookWords,
  withinMs: number,
): Promise<Received | null> {
  const input = await readInput(ctx, withinMs);
  const { agent, eventWord } = words;
  const { readings, isPart } = await readingsOf(input);
  const fault = faultOf(input, isPart, withinMs);
  for (const payload of readings) {
    const event = decodeHook(agent, eventWord, payload, ctx.env, isPart);
    if (event === null) continue;
    const { head, tail, total, isWhole } = input;
    if (fault !== null) {
      const read = input.ended ? "what could be read of it counts" : `${total} bytes were read`;
      ctx.warnings.push(`${agent} ${eventWord}: ${fault}; ${read}`);
    }
    const hash = `${total}-${Bun.hash(head).toString(36)}-${Bun.hash(tail).toString(36)}`;
    if (total >= LARGE_BYTES) input.release();
    return { event, bytes: { hash, cutFrom: isWhole ? null : total } };
  }
  return await expectNothing(ctx, words, input, fault);
}
