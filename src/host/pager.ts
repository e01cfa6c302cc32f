import type { Pager } from "../context.ts";
import type { Env } from "../settings/environment.ts";
import { withoutHere } from "../settings/home.ts";
import { programOf } from "../settings/programs.ts";

/** At the keyboard these are for the pager. */
const KEYBOARD = ["SIGINT", "SIGQUIT"] as const;

/** Starts a pager on this process's terminal; null if it can't be run. */
export function startPager(argv: readonly string[], env: Env, umask: number): Pager | null {
  const program = programOf(argv, env);
  if (program === null) return null;
  const own = process.umask(umask);
  let child: Bun.Subprocess<"pipe", "inherit", "inherit">;
  try {
    child = Bun.spawn([program, ...argv.slice(1)], {
      argv0: argv[0] ?? program,
      // For a pager that is named without its options, as git does, and in a locale that isn't what mm writes.
      // The pager may be compiled with Bun too.
      env: withoutHere({ LESS: "FRX", LV: "-c", LESSCHARSET: "utf-8", ...env, BUN_BE_BUN: "" }),
      stdin: "pipe",
      stdout: "inherit",
      stderr: "inherit",
    });
  } catch {
    return null;
  } finally {
    process.umask(own);
  }
  const ignore = () => undefined;
  for (const signal of KEYBOARD) process.on(signal, ignore);
  return {
    async write(text) {
      try {
        await child.stdin.write(text);
        await child.stdin.flush();
        // Only a turn of the event loop tells that the user has left.
        await Bun.sleep(0);
      } catch {
        return false;
      }
      return child.exitCode === null;
    },
    async close() {
      try {
        await child.stdin.end();
      } catch {
        // The user has left it before the end.
      }
      await child.exited;
      for (const signal of KEYBOARD) process.off(signal, ignore);
    },
  };
}
