import { expect } from "bun:test";
import type { HookWorld } from "./hook-world.ts";

/** A hook call of the session `s`. */
export type Call = readonly [event: string, fields?: Readonly<Record<string, unknown>>];

/** Makes calls of one session, a second between them, and returns its state, by which `ps` and `session show` agree. */
export async function stateOfOne(
  world: HookWorld,
  agent: string,
  ...calls: readonly Call[]
): Promise<string> {
  for (const [event, fields] of calls) {
    const id = agent === "copilot" ? { sessionId: "s" } : { session_id: "s" };
    // Copilot and Gemini tell the time.
    const timestamp = agent === "copilot" ? world.clock.getTime() : world.clock.toISOString();
    const time = agent === "claude" || agent === "codex" ? {} : { timestamp };
    await world.hook(agent, event, { ...id, ...time, cwd: "/w", ...fields });
    world.pass(1);
  }
  const { sessions } = await world.json<{ sessions: { state: string }[] }>("ps");
  expect(sessions).toHaveLength(1);
  const [state = ""] = sessions.map((session) => session.state);
  expect(await world.json<object>("session", "show")).toMatchObject({ state });
  expect(await world.json<object>("session", "list")).toMatchObject({ sessions: [{ state }] });
  return state;
}
