import { describe, expect, test } from "bun:test";
import { parse } from "jsonc-parser";
import { INSTALLERS } from "../../src/agents/settings.ts";
import { hookCommand } from "../../src/edit/hook-command.ts";
import { Machine } from "../support/machine.ts";
import { CORPUS, REFUSED } from "./corpus.ts";

const JSON_CLIENTS = [
  "claude",
  "codex",
  "gemini",
  "qwen",
  "copilot",
  "cursor",
  "droid",
  "windsurf",
] as const;

function fileOf(machine: Machine, agent: (typeof JSON_CLIENTS)[number]): string {
  const installer = INSTALLERS[agent];
  if (installer.kind === "none") throw new Error(agent);
  const { env, userHome, home, folder: project } = machine;
  return installer.file("user", { env, userHome, home, project });
}

/** Every byte of the old text is in the new one, in order. */
function isInside(old: string, text: string): boolean {
  let at = 0;
  for (const char of text) if (at < old.length && old.startsWith(char, at)) at += char.length;
  return at === old.length;
}

describe.each(JSON_CLIENTS.map((agent) => [agent] as const))("%s", (agent) => {
  test.each(Object.entries(CORPUS))("%s: install, install, uninstall", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, agent), text);
    await machine.install(agent);
    const installed = machine.read(file);
    if (text.trim() !== "") expect(isInside(text, installed)).toBe(true);
    const errors: [] = [];
    const value = parse(installed.replace(/^\uFEFF/u, ""), errors, { allowTrailingComma: true });
    expect(errors).toEqual([]);
    for (const [key, before] of Object.entries(parse(text.replace(/^\uFEFF/u, "")) ?? {})) {
      if (key !== "hooks") expect(value[key]).toEqual(before);
    }
    const status = await machine
      .json<{ clients: { state: string; missing: string[] }[] }>("hooks", "status", agent)
      .catch(() => null);
    expect(status?.clients[0]?.missing ?? []).toEqual([]);
    const again = await machine.install(agent);
    expect(again.out).toContain("Unchanged");
    expect(machine.read(file)).toBe(installed);
    await machine.hooks("uninstall", agent);
    expect(machine.read(file)).toBe(text);
  });

  test("a file that wasn't there is gone again, and so are its folders", async () => {
    using machine = new Machine();
    const file = fileOf(machine, agent);
    await machine.install(agent);
    expect(machine.read(file)).toEndWith("}\n");
    await machine.hooks("uninstall", agent);
    expect(await Bun.file(file).exists()).toBe(false);
    expect(
      await Array.fromAsync(
        new Bun.Glob("**").scan({ cwd: machine.userHome, dot: true, onlyFiles: false }),
      ),
    ).toEqual([]);
  });

  test.each(Object.entries(REFUSED))("%s: refused, nothing written", async (_, [text, reason]) => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, agent), text);
    const { code, err, out } = await machine.mm(
      "hooks",
      "install",
      agent,
      "--yes",
      "--capture=none",
    );
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(file);
    expect(err).toContain(reason);
    expect(machine.read(file)).toBe(text);
    expect(machine.files()).toEqual(machine.files().filter((name) => name === "hooks"));
  });

  test("bytes that are no UTF-8 are refused", async () => {
    using machine = new Machine();
    const file = machine.put(fileOf(machine, agent), new Uint8Array([0x7b, 0xff, 0x7d]));
    const { code, err } = await machine.mm("hooks", "install", agent, "--yes");
    expect(code).toBe(1);
    expect(err).toContain(`can't read ${file}: it is not UTF-8 text`);
  });
});

test("an older mm's entries are replaced, and gone after the uninstall", async () => {
  using machine = new Machine();
  const other = { hooks: [{ type: "command", command: "say" }] };
  const old = (command: string) => ({ hooks: [{ type: "command", command, timeout: 3 }] });
  const text = JSON.stringify(
    {
      hooks: {
        SessionStart: [
          old('"/old path/mm" hook claude session-start'),
          other,
          old("mm hook claude SessionStart"),
        ],
        PreToolUse: [other, old("C:\\old\\mm.exe hook claude PreToolUse")],
        Stop: [{ matcher: "x", hooks: [old("mm hook claude Stop").hooks[0], other.hooks[0]] }],
        Notification: [old("mm hook qwen Notification")],
      },
    },
    null,
    2,
  );
  machine.put(machine.claudeSettings, text);
  await machine.install("claude");
  const { hooks } = JSON.parse(machine.read(machine.claudeSettings));
  const commands = (event: string) =>
    hooks[event].flatMap((group: { hooks: { command: string }[] }) =>
      group.hooks.map(({ command }) => command),
    );
  const ours = (event: string) =>
    hookCommand("posix", {
      program: `${machine.folder}/bin/mm`,
      home: machine.home,
      agent: "claude",
      event,
    });
  expect(commands("SessionStart")).toEqual(["say", ours("SessionStart")]);
  expect(commands("PreToolUse")).toEqual(["say"]);
  expect(commands("Stop")).toEqual(["say", ours("Stop")]);
  expect(commands("Notification")).toEqual(["mm hook qwen Notification", ours("Notification")]);
  await machine.hooks("uninstall", "claude");
  const after = machine.read(machine.claudeSettings);
  expect(after).not.toContain("hook claude");
  expect(JSON.parse(after).hooks).toEqual({
    SessionStart: [other],
    PreToolUse: [other],
    Stop: [{ matcher: "x", hooks: other.hooks }],
    Notification: [old("mm hook qwen Notification")],
  });
});

test("two of ours under one event become one", async () => {
  using machine = new Machine();
  await machine.install("claude", "--events=sessions");
  const once = machine.read(machine.claudeSettings);
  const value = JSON.parse(once);
  value.hooks.SessionStart.push(value.hooks.SessionStart[0]);
  machine.put(machine.claudeSettings, JSON.stringify(value, null, 2));
  await machine.install("claude", "--events=sessions");
  expect(JSON.parse(machine.read(machine.claudeSettings))).toEqual(JSON.parse(once));
});
