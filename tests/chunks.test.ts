import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { BUNDLE } from "../build.ts";

interface Chunk {
  readonly bytes: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

/** The chunks of `mm`, by file name. */
async function chunks(): Promise<Map<string, Chunk>> {
  const outdir = mkdtempSync(join(tmpdir(), "mm-chunks-"));
  try {
    const { metafile } = await Bun.build({ ...BUNDLE, outdir, metafile: true });
    return new Map(
      Object.entries(metafile?.outputs ?? {}).map(([path, chunk]) => [basename(path), chunk]),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

const all = await chunks();

/** The file name of the chunk whose entry is this module of `src`. */
function chunkOf(module: string): string {
  const found = [...all].filter(([, { entryPoint }]) => entryPoint?.endsWith(module));
  expect(found, `one chunk begins with ${module}`).toHaveLength(1);
  return found[0]?.[0] ?? "";
}

/** The chunks that are loaded when these modules are imported one after the other. */
function loadedBy(...modules: readonly string[]): Set<string> {
  const loaded = new Set<string>();
  const queue = modules.map(chunkOf);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (loaded.has(name)) continue;
    loaded.add(name);
    const needed = all.get(name)?.imports.filter(({ kind }) => kind === "import-statement");
    queue.push(...(needed ?? []).map(({ path }) => basename(path)));
  }
  return loaded;
}

const PROGRAM = ["src/main.ts", "src/program.ts"];
const RESUME = ["src/main.ts", "src/start.ts"];
const LOG = ["src/main.ts", "src/log.ts"];
const HOOK = ["src/main.ts", "src/hook.ts"];

test("the hot path is loaded in few chunks", () => {
  expect(all.size).toBeGreaterThan(20);
  // Two entries, the version, the tree of commands, what runs a command, and what every call needs.
  expect(loadedBy(...PROGRAM).size).toBe(6);
  // The same, with what starts a session instead of the tree.
  expect(loadedBy(...RESUME).size).toBe(6);
  // The same for a log, with what those need who store.
  expect(loadedBy(...LOG).size).toBe(7);
  // Two entries, the version, what every call needs, what those need who store, and what only hook calls do.
  expect(loadedBy(...HOOK).size).toBe(6);
  // Each of these two was 30 or more when the hot path was split into pieces.
  expect(loadedBy(...PROGRAM, "src/record/command.ts").size).toBeLessThanOrEqual(16);
  expect(loadedBy(...PROGRAM, "src/show/list/command.ts").size).toBeLessThanOrEqual(16);
});

// Who makes a call load more raises a bound here, and says why.
test.each([
  // Nothing that stores, and no tree of commands: the engine starts no thread for a heap as small as this.
  ["a resume", RESUME, 57_000, 38],
  // Half of it is the rules of redaction.
  ["a log", LOG, 121_000, 71],
  // A kilobyte of it reads standard input without the event loop, which spares a hook call two threads; a hundred
  // bytes say which agents' sessions are kept up with their transcripts; as many find what another program has left of a
  // session that it deleted, and tell an end that came before anything else of its session; half a kilobyte finds a home
  // that is a file, and has each agent say which events it has, so that a call that nobody knows is counted.
  // A kilobyte and a half tells what only a transcript has told so far, however late the hook comes. Two modules more
  // than before open the database and do the steps of a call: they were parts of others.
  ["a hook call", HOOK, 162_000, 98],
])("%s loads few bytes and modules", (_, modules, mostBytes, mostModules) => {
  const loaded = [...loadedBy(...modules)].map((name) => all.get(name) as Chunk);
  const sum = (of: (chunk: Chunk) => number) =>
    loaded.reduce((total, chunk) => total + of(chunk), 0);
  expect(sum(({ bytes }) => bytes)).toBeLessThanOrEqual(mostBytes);
  expect(sum(({ inputs }) => Object.keys(inputs).length)).toBeLessThanOrEqual(mostModules);
});

test("an agent that only lists the tools loads nothing of what answers", () => {
  const loaded = [...loadedBy(...PROGRAM, "src/mcp/command.ts", "src/mcp/serve.ts")];
  const inputs = loaded.flatMap((name) => Object.keys(all.get(name)?.inputs ?? {}));
  expect(inputs.some((path) => path.endsWith("server/dist/stdio.mjs"))).toBe(true);
  expect(inputs.filter((path) => /src\/(?:search|show|transcripts|why)\/|ajv/u.test(path))).toEqual(
    [],
  );
});
