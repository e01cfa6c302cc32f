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

const START = ["src/main.ts", "src/program.ts"];

test("the hot path is loaded in few chunks", () => {
  expect(all.size).toBeGreaterThan(20);
  // Two entries, the version, the commands, what hook calls need too, and what completion does.
  expect(loadedBy(...START).size).toBe(6);
  // The same, with what only hook calls need.
  expect(loadedBy("src/main.ts", "src/hook.ts").size).toBe(6);
  // Each of these two was 30 or more when the hot path was split into pieces.
  expect(loadedBy(...START, "src/record/command.ts").size).toBeLessThanOrEqual(16);
  expect(loadedBy(...START, "src/show/list/command.ts").size).toBeLessThanOrEqual(16);
});

// Who makes a call load more raises a bound here, and says why.
test.each([
  // Each new command is a line of the tree; half a kilobyte tells which lines may call a tool with a secret, which
  // spares long texts half of redaction; as much is the secrets of PowerShell, rar, Redis and Azure, and
  // words for a path that is too long. How a value has to look, and where names are at all, are modules of their own.
  // Five kilobytes are 80 more tools, here-documents, scripts that type a password, and sentences that tell one.
  ["a start or a log", START, 129_000, 75],
  // A kilobyte of it reads standard input without the event loop, which spares a hook call two threads; a hundred
  // bytes say which agents' sessions are kept up with their transcripts; as many find what another program has left of a
  // session that it deleted, and tell an end that came before anything else of its session; half a kilobyte finds a home
  // that is a file, and has each agent say which events it has, so that a call that nobody knows is counted.
  // A kilobyte and a half tells what only a transcript has told so far, however late the hook comes.
  ["a hook call", ["src/main.ts", "src/hook.ts"], 162_000, 96],
])("%s loads few bytes and modules", (_, modules, mostBytes, mostModules) => {
  const loaded = [...loadedBy(...modules)].map((name) => all.get(name) as Chunk);
  const sum = (of: (chunk: Chunk) => number) =>
    loaded.reduce((total, chunk) => total + of(chunk), 0);
  expect(sum(({ bytes }) => bytes)).toBeLessThanOrEqual(mostBytes);
  expect(sum(({ inputs }) => Object.keys(inputs).length)).toBeLessThanOrEqual(mostModules);
});

test("an agent that only lists the tools loads nothing of what answers", () => {
  const loaded = [...loadedBy(...START, "src/mcp/command.ts", "src/mcp/serve.ts")];
  const inputs = loaded.flatMap((name) => Object.keys(all.get(name)?.inputs ?? {}));
  expect(inputs.some((path) => path.endsWith("server/dist/stdio.mjs"))).toBe(true);
  expect(inputs.filter((path) => /src\/(?:search|show|transcripts|why)\/|ajv/u.test(path))).toEqual(
    [],
  );
});
