import type { Agent } from "./agents.ts";
import { FAIL_TOOL, SLOW, USE_TOOL } from "./model/conversation.ts";
import type { ModelServer } from "./model/server.ts";
import { agentWrote, type Recorded, recorded, theSession } from "./recorded.ts";
import type { Run, Workplace } from "./workplace.ts";

export const FIRST = `${USE_TOOL} please`;
const AGAIN = `${FAIL_TOOL} please`;
const PATIENCE_MS = 30_000;

/** A prompt with a tool call, then another in the same session. */
export interface TwoPrompts {
  readonly runs: readonly [first: Run, again: Run];
  /** The session after each. */
  readonly sessions: readonly [first: Recorded, again: Recorded];
}

export async function twoPrompts(workplace: Workplace): Promise<TwoPrompts> {
  const first = await workplace.prompt(FIRST);
  const session = await theSession(workplace);
  const again = await workplace.resume(AGAIN);
  return { runs: [first, again], sessions: [session, await theSession(workplace)] };
}

/** The same without hooks, so without a session. */
export async function twoPlainPrompts(workplace: Workplace): Promise<[Run, Run]> {
  return [await workplace.prompt(FIRST), await workplace.resume(AGAIN)];
}

/**
 * Waits until the prompt is stored, by `mm` and by the agent: some don't wait for their hooks before they ask
 * the model, nor for their own files, without which they can't go on with the session.
 */
async function promptStored(workplace: Workplace): Promise<Recorded> {
  const patience = performance.now() + PATIENCE_MS;
  for (;;) {
    const active = (await recorded(workplace)).find(({ status }) => status === "active");
    if (active?.types.includes("prompt") && agentWrote(workplace, active, SLOW)) return active;
    if (performance.now() > patience) throw new Error("the prompt was not stored");
    await Bun.sleep(50);
  }
}

/**
 * Kills the agent, and all that it has started, while it waits for the model.
 * @returns its session a moment before
 */
export async function killInTurn(workplace: Workplace, server: ModelServer): Promise<Recorded> {
  const held = server.hold();
  const run = workplace.prompt(`${SLOW} please`);
  try {
    const reached = await Promise.race([held.reached.then(() => null), run]);
    if (reached !== null) throw new Error(`it never asked the model: ${reached.err}`);
    return await promptStored(workplace);
  } finally {
    await workplace.kill();
    await run;
    held.release();
  }
}

export function expectedEnd({ ends }: Agent) {
  return ends === null
    ? { status: "gone", ended_by: null, end_reason: null }
    : { status: "ended", ended_by: "client", end_reason: ends.reason };
}
