import { closeSync, openSync, rmSync } from "node:fs";
import { BINARY, type BinaryOutcome, type RunOptions, type Sandbox } from "./binary.ts";

/** Runs `mm` with each of these lists of words in its own process. All processes start at the same moment. */
export async function burst(
  box: Sandbox,
  calls: readonly (readonly string[])[],
  options: RunOptions = {},
): Promise<BinaryOutcome[]> {
  const gate = `${box.folder}/gate`;
  Bun.spawnSync(["mkfifo", gate]);
  // Every child waits for the end of this pipe, which comes when its only writer closes it.
  const shut = openSync(gate, "r+");
  const watched = openSync(gate, "r");
  rmSync(gate);
  const children = calls.map((argv) =>
    Bun.spawn(["sh", "-c", 'read -r _; exec "$0" "$@" </dev/null', BINARY, ...argv], {
      env: box.env(options.env),
      cwd: box.folder,
      stdin: watched,
      stdout: "pipe",
      stderr: "pipe",
    }),
  );
  closeSync(watched);
  closeSync(shut);
  return await Promise.all(
    children.map(async (child) => {
      const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      await child.exited;
      return { code: child.exitCode ?? -1, signal: null, out, err };
    }),
  );
}
