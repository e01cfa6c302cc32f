import { expect, test } from "bun:test";
import { Sandbox } from "../support/binary.ts";

test("mm wait ends once another process has written what it waits for", async () => {
  using box = new Sandbox();
  const call = async (event: string, fields: object = {}) => {
    const stdin = JSON.stringify({ session_id: "c1", hook_event_name: event, ...fields });
    expect((await box.mm(["hook", "claude", event], { stdin })).code).toBe(0);
  };
  await call("UserPromptSubmit", { prompt: "fix the parser" });
  const waiting = box.spawn(["wait", "last", "--json"]);
  await call("Notification", { notification_type: "permission_prompt" });
  const { code, out, err } = await box.outcome(waiting);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out)).toMatchObject({ state: "asks", title: "fix the parser" });
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it", async (signal) => {
  using box = new Sandbox();
  await box.mm(["session", "start"]);
  const waiting = box.spawn(["wait"]);
  await Bun.sleep(200);
  waiting.kill(signal);
  expect((await box.outcome(waiting)).signal).toBe(signal);
});
