import { expect, test } from "bun:test";
import { BINARY, Sandbox } from "../support/binary.ts";
import { endOnTerminal, LEAVES, onTerminal } from "../support/pty.ts";
import { needs } from "../support/tools.ts";

const WATCH = [BINARY, "ps", "--watch"];

test.each([
  ["q", 0],
  ["\x03", 0],
  ["\x1c", 0],
  ["\x1b", 0],
  ["SIGINT", 0],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const)("%p ends it with %p and gives the terminal back", async (end, code) => {
  using box = new Sandbox();
  await box.mm(["session", "start", "--title", "first"]);
  const shown = await onTerminal(box, 80, WATCH);
  await shown.until("first");
  await endOnTerminal(shown, end, code);
});

test("a key that types nothing doesn't end it, whatever its code ends with", async () => {
  using box = new Sandbox();
  const { child, until, type } = await onTerminal(box, 80, WATCH);
  await until("q quits");
  child.terminal?.write("\x1bOQ");
  await box.mm(["session", "start", "--title", "later"]);
  await until("later");
  expect(child.exitCode).toBeNull();
  await type("q", LEAVES);
  expect(await child.exited).toBe(0);
  child.terminal?.close();
});

test("Ctrl-Z where no shell could let it go on shows it again", async () => {
  using box = new Sandbox();
  const { child, until, type } = await onTerminal(box, 80, WATCH);
  await until("q quits");
  expect(await type("\x1a", "q quits")).toContain(`${LEAVES}\x1b[?1049h`);
  await type("q", LEAVES);
  expect(await child.exited).toBe(0);
  child.terminal?.close();
});

const inBash = needs("bash");

inBash("Ctrl-Z stops it with the terminal given back, and it goes on where it was", async () => {
  using box = new Sandbox();
  await box.mm(["session", "start", "--title", "first"]);
  const { child, until, type } = await onTerminal(box, 80, ["bash", "--norc", "--noprofile", "-i"]);
  await until("bash-");
  await type(`"${BINARY}" ps --watch\n`, "q quits");
  const stopped = await type("\x1a", "Stopped");
  expect(stopped).toContain(LEAVES);
  expect(stopped.indexOf(LEAVES)).toBeLessThan(stopped.indexOf("Stopped"));
  const again = await type("fg\n", "q quits");
  expect(again).toContain("\x1b[?1049h");
  expect(again).toContain("first");
  await type("q", LEAVES);
  await type("echo $?.\n", "0.");
  child.terminal?.write("exit\n");
  await child.exited;
  child.terminal?.close();
});

test("what changes meanwhile replaces what was shown", async () => {
  using box = new Sandbox();
  const { child, until, all } = await onTerminal(box, 60, WATCH);
  await until("No live sessions.");
  await box.mm(["session", "start", "--title", `later ${"x".repeat(100)}`]);
  await until("later");
  expect(all()).toMatch(/later x+…/u);
  child.kill();
  await child.exited;
  child.terminal?.close();
});
