import { expect, setDefaultTimeout, test } from "bun:test";
import { BINARY, Sandbox } from "../support/binary.ts";

setDefaultTimeout(60_000);

/** `mm ps --watch` on a terminal of its own. */
async function watching(box: Sandbox, columns: number) {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([BINARY, "ps", "--watch"], {
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
    for (let i = 0; i < 500 && !shown.includes(text); i++) await Bun.sleep(20);
    expect(shown).toContain(text);
  };
  return { child, until, all: () => shown };
}

const LEAVES = "\x1b[?7h\x1b[?25h\x1b[?1049l";

test.each([
  ["q", 0],
  ["\x03", 0],
  ["SIGINT", 0],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
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
