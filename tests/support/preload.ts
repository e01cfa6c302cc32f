import { afterAll } from "bun:test";
import { rmSync } from "node:fs";
import { plugin } from "bun";
import { buildIfStale } from "../../build.ts";
import { SCRATCH } from "./scratch.ts";
import { skippedForWant } from "./tools.ts";

/** Ends only what hangs: however busy a machine is, no test fails for that. */
const TIMEOUT_MS = 600_000;

// Bun takes a time-out neither from bunfig.toml nor from here, and forgets the one of a file with the file.
plugin({
  name: "patience",
  setup(builder) {
    builder.onLoad({ filter: /\.test\.ts$/u }, async ({ path }) => {
      const source = await Bun.file(path).text();
      // In its first line, so that no other line moves.
      const first = `import { setDefaultTimeout as endAfter } from "bun:test"; endAfter(${TIMEOUT_MS});`;
      return { contents: `${first} ${source}`, loader: "ts" };
    });
  },
});

await buildIfStale();

// Bun runs this once, behind the last file, and nothing at its exit.
afterAll(() => {
  rmSync(SCRATCH, { recursive: true, force: true });
  const skipped = skippedForWant();
  if (skipped !== null) console.error(`\n${skipped}`);
});
