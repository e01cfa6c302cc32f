import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
});
afterEach(() => world[Symbol.dispose]());

async function state(): Promise<string> {
  const { sessions } = await world.json<{ sessions: { state: string }[] }>("ps");
  return sessions.map((session) => session.state).join(" ");
}

describe("of a prompt that was taken back in Claude only the file of its process tells", () => {
  const PID = 4242;
  const home = () => `${world.folder}/.claude`;

  beforeEach(async () => {
    const transcript = `${home()}/projects/-w/c1.jsonl`;
    world.agent = { pid: PID, startedTicks: 1, namespace: 0 };
    await world.prompt("go", { transcript_path: transcript });
    world.pass(1);
    mkdirSync(`${home()}/projects/-w`, { recursive: true });
    const message = { role: "user", content: "go" };
    writeFileSync(transcript, `${JSON.stringify({ type: "user", message })}\n`);
  });

  const writeStatus = (more: object) =>
    writeFileSync(`${home()}/sessions/${PID}.json`, JSON.stringify({ pid: PID, ...more }));

  test.each([
    ["waiting", { sessionId: "c1", status: "idle" }, 1],
    ["busy", { sessionId: "c1", status: "busy" }, 1],
    ["busy", { sessionId: "c2", status: "idle" }, 1],
    // From before the prompt.
    ["busy", { sessionId: "c1", status: "idle" }, -10],
    ["busy", { sessionId: "c1", status: "idle" }, null],
  ] as const)("%s by %j, %p s later", async (expected, status, seconds) => {
    expect(await state()).toBe("busy");
    mkdirSync(`${home()}/sessions`);
    const statusUpdatedAt = seconds === null ? null : world.clock.getTime() + seconds * 1000;
    writeStatus({ ...status, statusUpdatedAt });
    world.pass(2);
    expect(await state()).toBe(expected);
  });
});
