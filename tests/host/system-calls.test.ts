import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { loadSystemCalls, type SystemCalls } from "../../src/host/system-calls.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mm-calls-`);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function calls(): Promise<SystemCalls> {
  const loaded = await loadSystemCalls();
  if (loaded === null) throw new Error("only Linux has them");
  return loaded;
}

test("a file is read into the middle of a buffer, and then has ended", async () => {
  const { isReadable, read } = await calls();
  writeFileSync(`${folder}/file`, "payload");
  const descriptor = openSync(`${folder}/file`, "r");
  try {
    const bytes = new Uint8Array(16);
    expect(isReadable(descriptor, 1000)).toBe(true);
    expect(read(descriptor, bytes.subarray(4, 8))).toBe(4);
    expect(read(descriptor, bytes.subarray(8))).toBe(3);
    expect(Buffer.from(bytes).toString("latin1")).toBe("\0\0\0\0payload\0\0\0\0\0");
    expect(read(descriptor, bytes)).toBe(0);
  } finally {
    closeSync(descriptor);
  }
  expect(read(descriptor, new Uint8Array(1))).toBeLessThan(0);
});

test("a short file's text is read, and nothing of one that is missing", async () => {
  const { readText } = await calls();
  expect(readText("/proc/self/stat")).toStartWith(`${process.pid} (`);
  expect(readText(`${folder}/none`)).toBeNull();
});

// With a Bun that no longer has it, each hook call takes half a millisecond longer to load `bun:ffi`.
test("the engine has what loads functions without a module", () => {
  const { FFI } = Bun as { FFI?: { dlopen?: unknown } };
  expect(FFI?.dlopen).toBeFunction();
});
