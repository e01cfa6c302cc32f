import { codeOf } from "../errors.ts";
import { whyRefused } from "./errno.ts";

/** What a small text file holds. */
export type SmallFile =
  | { readonly kind: "absent" }
  | { readonly kind: "text"; readonly text: string }
  /** It is there but can't be read as text; `problem` says why. */
  | { readonly kind: "unusable"; readonly problem: string };

const MAX_BYTES = 1_048_576;

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    // Reading asynchronously starts a thread and node:fs takes as long to load: 1.5 ms either way.
    return Bun.mmap(path);
  } catch (error) {
    const code = codeOf(error);
    if (code === "EISDIR" || code === "ENOENT") throw error;
    // It asks for write access too, and some systems have no mmap.
    return await Bun.file(path).bytes();
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

/** Tells a missing file from an empty one, a dangling link and a folder, at the price of loading node:fs. */
export async function whyEmpty(path: string): Promise<SmallFile | "not empty"> {
  const { lstatSync } = await import("node:fs");
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { kind: "absent" };
  if (stat.isSymbolicLink()) return { kind: "unusable", problem: "it is a dangling link" };
  if (stat.isDirectory()) return { kind: "unusable", problem: "it is a directory" };
  return stat.size > 0 ? "not empty" : { kind: "text", text: "" };
}

/** Reads a text file of at most 1 MiB without loading node:fs; an empty file and a dangling link count as absent. */
export async function readSmallFile(path: string): Promise<SmallFile> {
  const { size } = Bun.file(path);
  if (size === 0) return { kind: "absent" };
  try {
    if (size > MAX_BYTES) return { kind: "unusable", problem: `it has ${size} bytes` };
    return { kind: "text", text: decode(await bytesOf(path)) };
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
    return await Bun.file(path).slice(0, count).bytes();
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
