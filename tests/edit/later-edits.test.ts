import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { Machine } from "../support/machine.ts";

const BEFORE = `{
  "model": "opus", // fast
  "hooks": {
    "Stop": [
      { "hooks": [{ "type": "command", "command": "say done" }] }
    ]
  }
}
`;

describe("edits between install and uninstall stay", () => {
  test("a key beside the hooks", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, BEFORE);
    await machine.install("claude");
    const installed = machine.read(machine.claudeSettings);
    machine.put(machine.claudeSettings, installed.replace('"opus"', '"sonnet"'));
    await machine.hooks("uninstall", "claude");
    expect(machine.read(machine.claudeSettings)).toBe(BEFORE.replace('"opus"', '"sonnet"'));
  });

  test("hooks of others before, beside and behind ours", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, BEFORE);
    await machine.install("claude");
    const value = JSON.parse(machine.read(machine.claudeSettings).replace(" // fast", ""));
    const other = { type: "command", command: "later" };
    value.hooks.SessionStart.unshift({ hooks: [other] });
    value.hooks.SessionEnd[0].hooks.push(other);
    value.hooks.Stop.push({ hooks: [other] });
    value.hooks.PreToolUse = [];
    machine.put(machine.claudeSettings, JSON.stringify(value));
    await machine.hooks("uninstall", "claude");
    expect(JSON.parse(machine.read(machine.claudeSettings))).toEqual({
      model: "opus",
      hooks: {
        Stop: [{ hooks: [{ type: "command", command: "say done" }] }, { hooks: [other] }],
        SessionStart: [{ hooks: [other] }],
        SessionEnd: [{ hooks: [other] }],
        PreToolUse: [],
      },
    });
  });

  test("a container that was there before stays, even an empty one", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, '{\n  "hooks": {\n    "Stop": []\n  }\n}\n');
    await machine.install("claude");
    const edited = machine.read(machine.claudeSettings).replace("{\n", '{\n  "model": "opus",\n');
    machine.put(machine.claudeSettings, edited);
    await machine.hooks("uninstall", "claude");
    expect(machine.read(machine.claudeSettings)).toBe(
      '{\n  "model": "opus",\n  "hooks": {\n    "Stop": []\n  }\n}\n',
    );
  });

  test.each([
    ["nothing else", "{}\n", "{}\n"],
    ["other settings on one line", '{"model":"opus"}\n', '{"model":"opus"}\n'],
    ["other settings on lines", '{\n  "model": "opus"\n}\n', '{\n  "model": "opus"\n}\n'],
    ["comments", '{\n  // mine\n  "a": 1, // one\n}\n', '{\n  // mine\n  "a": 1, // one\n}\n'],
    [
      "a list and an empty one of somebody else",
      '{"hooks":{"Stop":[{"hooks":[]}],"PreToolUse":[]}}',
      '{"hooks":{"Stop":[{"hooks":[]}],"PreToolUse":[]}}',
    ],
  ])("without a receipt no empty list is left beside %s", async (_, before, after) => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, before);
    await machine.install("claude");
    rmSync(machine.home, { recursive: true });
    await machine.hooks("uninstall", "claude");
    expect(machine.read(machine.claudeSettings)).toBe(after);
  });

  test.each(["codex", "gemini", "qwen", "cursor", "droid", "windsurf"])(
    "without a receipt nothing of ours is left in %s's",
    async (agent) => {
      using machine = new Machine();
      await machine.install(agent);
      const [row] = (await machine.json<{ clients: { file: string }[] }>("hooks", "status", agent))
        .clients;
      rmSync(machine.home, { recursive: true });
      await machine.hooks("uninstall", agent);
      expect(machine.read(row?.file ?? "")).not.toMatch(/\[|hook/u);
    },
  );

  test("a formatter that reflows a file we made leaves nothing to keep", async () => {
    using machine = new Machine();
    await machine.install("claude");
    const value = JSON.parse(machine.read(machine.claudeSettings));
    machine.put(machine.claudeSettings, JSON.stringify(value, null, "\t"));
    await machine.hooks("uninstall", "claude");
    expect(existsSync(machine.claudeSettings)).toBe(false);
  });

  test("what was edited between two installs is kept by the uninstall", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, BEFORE);
    await machine.install("claude", "--events=sessions");
    const edited = machine.read(machine.claudeSettings).replace('"opus"', '"sonnet"');
    machine.put(machine.claudeSettings, edited);
    await machine.install("claude", "--events=activity");
    await machine.hooks("uninstall", "claude");
    expect(machine.read(machine.claudeSettings)).toBe(BEFORE.replace('"opus"', '"sonnet"'));
  });

  test("a file that is deleted meanwhile stays away", async () => {
    using machine = new Machine();
    machine.put(machine.claudeSettings, BEFORE);
    await machine.install("claude");
    rmSync(machine.claudeSettings);
    await machine.hooks("uninstall", "claude");
    expect(existsSync(machine.claudeSettings)).toBe(false);
    await machine.install("claude");
    await machine.hooks("uninstall", "claude");
    expect(existsSync(machine.claudeSettings)).toBe(false);
  });
});

test("a line break of ours goes along, whatever is edited elsewhere", async () => {
  using machine = new Machine();
  const text = '{ "hooks": { // x\n "Stop": [ // mine\n ] } // y\n}';
  machine.put(machine.claudeSettings, text);
  await machine.install("claude");
  machine.put(machine.claudeSettings, `${machine.read(machine.claudeSettings)}\n`);
  await machine.hooks("uninstall", "claude");
  expect(machine.read(machine.claudeSettings)).toBe(`${text}\n`);
});

test("an install after an edit keeps the first one's original beside the edited text", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, BEFORE);
  await machine.install("claude", "--events=sessions");
  const edited = machine.read(machine.claudeSettings).replace('"opus"', '"sonnet"');
  machine.put(machine.claudeSettings, edited);
  await machine.install("claude", "--events=activity");
  const name = readdirSync(`${machine.home}/hooks`).find((each) => each.startsWith("claude-"));
  const receipt = JSON.parse(machine.read(`${machine.home}/hooks/${name}`));
  expect(receipt.original).toBe(BEFORE);
  expect(receipt.without).toBe(BEFORE.replace('"opus"', '"sonnet"'));
});

test("the second install keeps the first one's original", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, BEFORE);
  await machine.install("claude", "--events=sessions");
  await machine.install("claude", "--events=activity");
  await machine.install("claude", "--events=sessions");
  await machine.hooks("uninstall", "claude");
  expect(machine.read(machine.claudeSettings)).toBe(BEFORE);
});

test("fewer events take the others out again, and the rest stays where it is", async () => {
  using machine = new Machine();
  machine.put(machine.claudeSettings, BEFORE);
  await machine.install("claude", "--events=sessions");
  const sessions = machine.read(machine.claudeSettings);
  await machine.install("claude", "--events=activity");
  expect(machine.read(machine.claudeSettings)).not.toBe(sessions);
  await machine.install("claude", "--events=sessions");
  expect(machine.read(machine.claudeSettings)).toBe(sessions);
});

test("an entry of ours that others have come after is not moved", async () => {
  using machine = new Machine();
  const file = `${machine.userHome}/.codex/hooks.json`;
  await machine.install("codex");
  const value = JSON.parse(machine.read(file));
  value.hooks.SessionStart.push({ hooks: [{ type: "command", command: "later" }] });
  const edited = JSON.stringify(value, null, 2);
  machine.put(file, edited);
  await machine.install("codex");
  expect(machine.read(file)).toBe(edited);
});
