import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { TranscriptWorld } from "../support/transcript-world.ts";

let world: TranscriptWorld;
let transcript: string;
beforeEach(() => {
  world = new TranscriptWorld();
  transcript = world.transcript;
});
afterEach(() => world[Symbol.dispose]());

describe("Gemini", () => {
  const says = (content: string, more: object = {}) => ({ type: "gemini", content, ...more });
  const said = (type: "user" | "gemini", ...texts: string[]) => ({
    type,
    content: texts.map((text) => ({ text })),
  });
  const calls = (...states: string[]) => ({ toolCalls: states.map((status) => ({ status })) });
  const AGAIN = [
    { $set: { lastUpdated: "2026-11-22T12:00:03Z" } },
    said("user", "<session_context>", "go"),
    said("gemini", "done"),
    { $set: { messages: [said("user", "<session_context>", "go")] } },
  ];
  const hook = (event: string, more: object = {}) =>
    world.hook("gemini", event, { session_id: "x1", transcript_path: transcript, ...more });
  const asks = () =>
    hook("Notification", { notification_type: "ToolPermission", message: "may I" });

  beforeEach(async () => {
    await hook("BeforeAgent", { prompt: "go" });
    world.write(transcript, said("user", "go"));
    world.pass(1);
    world.write(transcript, says(""));
    world.pass(1);
    await asks();
    world.pass(1);
  });

  test.each([
    ["by what it shows", [{ type: "info", content: "Request cancelled." }]],
    ["by its tools", [says("", calls("cancelled", "cancelled"))]],
    ["whatever it has said before", [{ type: "info", content: "Request cancelled." }, ...AGAIN]],
  ])("waits after a permission that was denied, %s", async (_, lines) => {
    expect(await world.states()).toBe("asks");
    world.write(transcript, ...lines);
    expect(await world.states()).toBe("waiting");
  });

  test("and works, asks and waits again with the next prompt", async () => {
    world.write(transcript, { type: "info", content: "Request cancelled." }, ...AGAIN);
    world.pass(1);
    await hook("BeforeAgent", { prompt: "once more" });
    expect(await world.states()).toBe("busy");
    world.write(transcript, said("user", "once more"));
    expect(await world.states()).toBe("busy");
    world.pass(1);
    world.write(transcript, says(""));
    world.pass(1);
    await asks();
    expect(await world.states()).toBe("asks");
    world.pass(1);
    world.write(transcript, { type: "info", content: "Request cancelled." }, ...AGAIN);
    expect(await world.states()).toBe("waiting");
  });

  test("still asks where one of its tools was allowed, and whatever else it shows", async () => {
    world.write(transcript, says("", calls("success", "cancelled")), {
      type: "info",
      content: "Update!",
    });
    world.write(transcript, { type: "gemini" }, { type: "info" }, says("", { toolCalls: [null] }));
    expect(["asks", "busy"]).toContain(await world.states());
  });
});
