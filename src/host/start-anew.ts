import type { Context } from "../context.ts";

/**
 * Runs the program anew in this process; returns where that can't be done.
 * @param umask the caller's
 */
export function startAnew(
  { close }: Pick<Context, "close">,
  umask: number,
  [variable, value]: readonly [variable: string, value: string],
): void {
  const { env, execPath, argv } = process;
  // Run from its source, the program is Bun's argument.
  if (env[variable] !== undefined || !Bun.main.startsWith("/$bunfs/")) return;
  close();
  const own = process.umask(umask);
  try {
    process.execve?.(execPath, [execPath, ...argv.slice(2)], { ...env, [variable]: value });
  } catch {
    // It goes on as it is.
  } finally {
    process.umask(own);
  }
}
