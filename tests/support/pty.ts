import { expect } from "bun:test";
import type { Sandbox } from "./binary.ts";

/** What gives the terminal back. */
export const LEAVES = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/** So often a screen is looked at, at intervals of 20 ms, before it is said to lack something. */
export const PATIENCE = 6000;

/** A command on a terminal of its own, ten lines high. */
export async function onTerminal(
  box: Sandbox,
  columns: number,
  command: readonly string[],
  env = {},
) {
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([...command], {
    env: box.env(env),
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

/** Ends what is on a terminal, by its keys or a signal: it must leave with this code, and give the terminal back. */
export async function endOnTerminal(
  { child, until, all }: Awaited<ReturnType<typeof onTerminal>>,
  end: string,
  code: number,
): Promise<void> {
  expect(all()).toStartWith("\x1b[?1049h\x1b[?25l");
  if (end.startsWith("SIG")) child.kill(end as NodeJS.Signals);
  else child.terminal?.write(end);
  expect(await child.exited).toBe(code);
  await until(LEAVES);
  expect(all()).toEndWith(LEAVES);
  child.terminal?.close();
}
