import { createHash } from "node:crypto";

/** The magic numbers, slots and flags of Apple's `cs_blobs.h`. */
export const SUPER_BLOB = 0xfade0cc0;
export const CODE_DIRECTORY = 0xfade0c02;
export const SLOT_CODE_DIRECTORY = 0;
export const ADHOC = 0x2;
const VERSION_WITH_EXEC_SEGMENT = 0x20400;
const MAIN_BINARY = 1n;
const HEADER_SIZE = 88;
export const SHA256_SIZE = 32;
const SHA256_TYPE = 2;
const PAGE_BITS = 12;
const PAGE_SIZE = 1 << PAGE_BITS;

export function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}

/** The size of a file's code directory, in bytes. */
export function codeDirectorySize(codeLimit: number, identifier: string): number {
  const pages = Math.ceil(codeLimit / PAGE_SIZE);
  return HEADER_SIZE + Buffer.byteLength(identifier) + 1 + pages * SHA256_SIZE;
}

/**
 * A code directory: a hash of each page of 4096 bytes of `code`.
 * It is ad hoc, without the flag that linkers set, so that `strip` warns that it breaks the signature.
 */
export function codeDirectory(
  code: Uint8Array,
  identifier: string,
  text: { readonly fileOffset: number; readonly fileSize: number },
): Uint8Array {
  const name = Buffer.from(`${identifier}\0`);
  const pages = Math.ceil(code.length / PAGE_SIZE);
  const hashOffset = HEADER_SIZE + name.length;
  const result = Buffer.alloc(codeDirectorySize(code.length, identifier));
  const numbers = [
    CODE_DIRECTORY,
    result.length,
    VERSION_WITH_EXEC_SEGMENT,
    ADHOC,
    hashOffset,
    HEADER_SIZE,
    0,
    pages,
    code.length,
  ];
  for (const [index, number] of numbers.entries()) result.writeUInt32BE(number, index * 4);
  result.set([SHA256_SIZE, SHA256_TYPE, 0, PAGE_BITS], 36);
  result.writeBigUInt64BE(BigInt(text.fileOffset), 64);
  result.writeBigUInt64BE(BigInt(text.fileSize), 72);
  result.writeBigUInt64BE(MAIN_BINARY, 80);
  result.set(name, HEADER_SIZE);
  for (let page = 0; page < pages; page += 1) {
    const hash = sha256(code.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE));
    result.set(hash, hashOffset + page * SHA256_SIZE);
  }
  return result;
}
