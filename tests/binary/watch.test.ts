import { expect, test } from "bun:test";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

/** So often a screen is looked at, at intervals of 20 ms, before it is said to lack something. */
const PATIENCE = 6000;

/** `mm ps --watch` on a terminal of its own. */
async function watching(box: Sandbox, columns: number, command = [BINARY, "ps", "--watch"]) {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn(command, {
    env: box.env(),
    cwd: box.folder,
    terminal: {
      cols: columns,
      rows: 10,
      data: (_, data) => {
        shown += decoder.decode(data, { stream: true });
      },
    },
  });
  const until = async (text: string) => {
    for (let i = 0; i < PATIENCE && !shown.includes(text); i++) await Bun.sleep(20);
    expect(shown).toContain(text);
  };
  /** Waits for a text that comes after all that was shown before these keys. */
  const type = async (keys: string, text: string) => {
    const before = shown.length;
    child.terminal?.write(keys);
    for (let i = 0; i < PATIENCE && !shown.slice(before).includes(text); i++) await Bun.sleep(20);
    expect(shown.slice(before)).toContain(text);
    return shown.slice(before);
  };
  return { child, until, type, all: () => shown };
}

const LEAVES = "\x1b[?7h\x1b[?25h\x1b[?1049l";

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
  const { child, until, all } = await watching(box, 80);
  await until("first");
  expect(all()).toStartWith("\x1b[?1049h\x1b[?25l");
  if (end.startsWith("SIG")) child.kill(end as NodeJS.Signals);
  else child.terminal?.write(end);
  expect(await child.exited).toBe(code);
  await until(LEAVES);
  expect(all()).toEndWith(LEAVES);
  child.terminal?.close();
});

test("a key that types nothing doesn't end it, whatever its code ends with", async () => {
  using box = new Sandbox();
  const { child, until, type } = await watching(box, 80);
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
  const { child, until, type } = await watching(box, 80);
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
  const { child, until, type } = await watching(box, 80, ["bash", "--norc", "--noprofile", "-i"]);
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
  const { child, until, all } = await watching(box, 60);
  await until("No live sessions.");
  await box.mm(["session", "start", "--title", `later ${"x".repeat(100)}`]);
  await until("later");
  expect(all()).toMatch(/later x+…/u);
  child.kill();
  await child.exited;
  child.terminal?.close();
});
