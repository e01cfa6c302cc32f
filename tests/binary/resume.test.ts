import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { endOnTerminal, LEAVES, onTerminal, PATIENCE } from "../support/pty.ts";
import { needs } from "../support/tools.ts";

/** An agent that reads a line, so that it shows whether somebody else reads its keyboard, too. */
const AGENT = '#!/bin/sh\necho "agent in $PWD: $*"\nread line\necho "read $line."\nexit 7\n';

/** Sessions of Claude Code that have ended, and a program of its name. */
async function withSessions(box: Sandbox): Promise<Record<string, string>> {
  const bin = `${box.folder}/bin`;
  mkdirSync(bin);
  writeFileSync(`${bin}/claude`, AGENT, { mode: 0o755 });
  for (const prompt of ["fix the parser", "설정 페이지를 바꿔 주세요"]) {
    const call = async (event: string, fields: object) => {
      const payload = { session_id: prompt.slice(0, 3), cwd: box.folder, ...fields };
      const stdin = JSON.stringify({ hook_event_name: event, ...payload });
      expect((await box.mm(["hook", "claude", event], { stdin })).code).toBe(0);
    };
    await call("UserPromptSubmit", { prompt });
    await call("SessionEnd", { reason: "other" });
  }
  return { PATH: `${bin}:${process.env["PATH"]}` };
}

const RESUME = [BINARY, "resume"];

test("Enter gives the terminal to the agent, with all that is typed from then on", async () => {
  using box = new Sandbox();
  const env = await withSessions(box);
  const { child, until, type, all } = await onTerminal(box, 80, RESUME, env);
  await until("Resume: ");
  await type("parser", "1 of 2");
  await type("\r", `agent in ${box.folder}: --resume fix`);
  expect(all()).toContain(`${LEAVES}agent in`);
  await type("these words\r", "read these words.");
  expect(await child.exited).toBe(7);
  child.terminal?.close();
});

test.each([
  ["\x1b", 0],
  ["\x03", 0],
  ["SIGINT", 0],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%p ends it with %p and gives the terminal back", async (end, code) => {
  using box = new Sandbox();
  const shown = await onTerminal(box, 80, RESUME, await withSessions(box));
  await shown.until("Resume: ");
  await endOnTerminal(shown, end, code);
});

test("ends when its terminal is closed", async () => {
  using box = new Sandbox();
  const { child, until } = await onTerminal(box, 80, RESUME, await withSessions(box));
  await until("Resume: ");
  child.terminal?.close();
  await child.exited;
  expect(child.exitCode === 129 || child.signalCode !== null || child.exitCode === 0).toBe(true);
});

test("a terminal of another size is drawn anew, and no line is wider", async () => {
  using box = new Sandbox();
  const { child, until, all } = await onTerminal(box, 80, RESUME, await withSessions(box));
  await until("설정 페이지를 바꿔 주세요");
  const before = all().length;
  child.terminal?.resize(30, 10);
  const since = () => Bun.stripANSI(all().slice(before));
  // The title is too long for it.
  for (let i = 0; i < PATIENCE && !since().includes("…"); i++) await Bun.sleep(20);
  const frame = since();
  expect(frame).toContain("Resume: ");
  expect(frame).toContain("…");
  expect(Math.max(...frame.split("\r\n").map((line) => Bun.stringWidth(line)))).toBeLessThanOrEqual(
    30,
  );
  child.kill();
  await child.exited;
  child.terminal?.close();
});

const inBash = needs("bash");

inBash(
  "Ctrl-Z stops it with the terminal given back, and what was typed is still there",
  async () => {
    using box = new Sandbox();
    const env = await withSessions(box);
    const shell = ["bash", "--norc", "--noprofile", "-i"];
    const { child, until, type } = await onTerminal(box, 80, shell, env);
    await until("bash-");
    await type(`"${BINARY}" resume\n`, "Resume: ");
    await type("pars", "1 of 2");
    const stopped = await type("\x1a", "Stopped");
    expect(stopped.indexOf(LEAVES)).toBeLessThan(stopped.indexOf("Stopped"));
    expect(stopped).toContain(LEAVES);
    expect(await type("fg\n", "1 of 2")).toContain("Resume: pars_");
    await type("\x1b", LEAVES);
    child.terminal?.write("exit\n");
    await child.exited;
    child.terminal?.close();
  },
);

inBash("--print is a line that a shell takes", async () => {
  using box = new Sandbox();
  const env = box.env(await withSessions(box));
  const script = `eval "$("${BINARY}" resume parser --print)" </dev/null`;
  const child = Bun.spawn(["bash", "-c", script], {
    env,
    cwd: "/",
    stdout: "pipe",
    stderr: "pipe",
  });
  expect(await child.stdout.text()).toBe(`agent in ${box.folder}: --resume fix\nread .\n`);
  expect(await child.exited).toBe(7);
});
