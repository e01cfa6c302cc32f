import { describe, expect, test } from "bun:test";
import { Machine } from "../support/machine.ts";

const OTHER = '# theirs\n[[hooks]]\nevent = "Stop"\ncommand = "say done"\n';

const CORPUS: readonly (readonly [string, string])[] = [
  ["empty", ""],
  ["settings", 'model = "k3" # fast\n\n[tools]\nshell = true\n'],
  ["no final newline", 'model = "k3"'],
  ["CRLF", 'model = "k3"\r\n\r\n[tools]\r\nshell = true\r\n'],
  ["somebody's hooks", `model = "k3"\n\n${OTHER}`],
  ["a text that looks like a hook", `note = """\n${OTHER}"""\n`],
  ["a byte order mark", '\uFEFFmodel = "k3"\n'],
];

describe("kimi's TOML", () => {
  test.each(CORPUS)("%s: install, install, uninstall", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(`${machine.userHome}/.kimi-code/config.toml`, text);
    await machine.install("kimi");
    const installed = machine.read(file);
    expect(installed).toStartWith(text);
    const { hooks } = Bun.TOML.parse(installed.replace(/^\uFEFF/u, "")) as { hooks: object[] };
    const ours = hooks.filter((hook) => JSON.stringify(hook).includes("hook kimi"));
    expect(ours).toHaveLength(10);
    expect(Object.keys(ours[0] ?? {})).toEqual(["event", "command", "timeout"]);
    await machine.install("kimi");
    expect(machine.read(file)).toBe(installed);
    machine.put(file, `${installed}\n[later]\nx = 1\n`);
    await machine.hooks("uninstall", "kimi");
    const left = machine.read(file);
    expect(left).toStartWith(text);
    expect(left).toEndWith("[later]\nx = 1\n");
    expect(left).not.toContain("hook kimi");
    machine.put(file, text);
    await machine.install("kimi");
    await machine.hooks("uninstall", "kimi");
    expect(machine.read(file)).toBe(text);
  });

  test.each([
    ["no TOML", "model = \n"],
    ["hooks of another shape", 'hooks = "none"\n'],
    ["hooks in a list", 'hooks = [{ event = "Stop", command = "x" }]\n'],
    ["ours in a list", 'hooks = [{ event = "Stop", command = "mm hook kimi Stop" }]\n'],
  ])("%s is refused", async (_, text) => {
    using machine = new Machine();
    const file = machine.put(`${machine.userHome}/.kimi-code/config.toml`, text);
    const { code, err } = await machine.mm("hooks", "install", "kimi", "--yes");
    expect(code).toBe(1);
    expect(err).toContain(`can't edit ${file}`);
    expect(machine.read(file)).toBe(text);
  });
});
