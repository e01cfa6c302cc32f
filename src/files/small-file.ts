import { codeOf } from "../errors.ts";
import { whyRefused } from "./errno.ts";

/** What a small text file holds. */
export type SmallFile =
  /** It isn't there, or it is a link that leads nowhere. */
  | { readonly kind: "absent" }
  | { readonly kind: "text"; readonly text: string }
  /** It is there but can't be read as text; `problem` says why. */
  | { readonly kind: "unusable"; readonly problem: string };

const MAX_BYTES = 1_048_576;
/** What Bun says of the time of a file that isn't there, for which it says a size of 0, too. */
const NEVER = 2 ** 52 - 1;

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    // Reading asynchronously starts a thread and node:fs takes as long to load: 1.5 ms either way.
    return Bun.mmap(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EISDIR" || code === "ENOENT") throw error;
    // It asks for write access too, and some systems have no mmap.
    const [fs, { readGuarded }] = await Promise.all([import("node:fs"), import("./guard.ts")]);
    return readGuarded(fs, path, MAX_BYTES, "followed");
  }
}

/** Turns each byte into a character. Spreading the bytes into the call takes eight times as long. */
function characters(bytes: Uint8Array): string {
  return String.fromCharCode.apply(null, bytes as unknown as number[]);
}

/** Decodes a short ASCII text, which is what a state file holds; a TextDecoder takes longer to make than to use. */
function asciiText(bytes: Uint8Array): string | null {
  if (bytes.length > 64) return null;
  for (const byte of bytes) if (byte > 0x7f) return null;
  return characters(bytes);
}

function decode(bytes: Uint8Array): string {
  return asciiText(bytes) ?? new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}

/** Tells a link that leads nowhere from a file that isn't there, at the price of loading node:fs. */
export async function isDanglingLink(path: string): Promise<boolean> {
  const { lstatSync } = await import("node:fs");
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

async function read(path: string): Promise<SmallFile> {
  const file = Bun.file(path);
  const { size } = file;
  if (size === 0)
    return file.lastModified === NEVER ? { kind: "absent" } : { kind: "text", text: "" };
  // A pipe or a device has no end, and opening one may wait for ever.
  if (!Number.isFinite(size)) return { kind: "unusable", problem: whyRefused({ code: "EFTYPE" }) };
  if (size > MAX_BYTES) return { kind: "unusable", problem: `it has ${size} bytes` };
  return { kind: "text", text: decode(await bytesOf(path)) };
}

/** Reads a text file of at most 1 MiB without loading node:fs; it never waits. */
export async function readSmallFile(path: string): Promise<SmallFile> {
  try {
    return await read(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "absent" };
    if (error instanceof TypeError) return { kind: "unusable", problem: "it is not UTF-8 text" };
    return { kind: "unusable", problem: whyRefused(error) || "it can't be read" };
  }
}

async function firstBytes(path: string, count: number): Promise<Uint8Array> {
  try {
    return Bun.mmap(path).subarray(0, count);
  } catch {
    const [fs, { readBeginningGuarded }] = await Promise.all([
      import("node:fs"),
      import("./guard.ts"),
    ]);
    return readBeginningGuarded(fs, path, count);
  }
}

/** Reads the start of a file of any length, each byte as a character; null if there is nothing to read. */
export async function readBeginning(path: string, count: number): Promise<string | null> {
  const { size } = Bun.file(path);
  if (size === 0 || !Number.isFinite(size)) return null;
  try {
    return characters(await firstBytes(path, count));
  } catch {
    return null;
  }
}
