import { BINARY, type RunOptions, type Sandbox } from "./binary.ts";

export interface ShellOutcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a script of `sh` in the sandbox's folder; `$MM` is the binary. */
export async function shell(
  box: Sandbox,
  script: string,
  options: RunOptions = {},
): Promise<ShellOutcome> {
  const child = Bun.spawn(["sh", "-c", script], {
    env: { ...box.env(options.env), MM: BINARY },
    cwd: options.cwd ?? box.folder,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  await child.exited;
  return { code: child.exitCode, out, err };
}
