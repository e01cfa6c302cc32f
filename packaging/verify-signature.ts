import {
  ADHOC,
  CODE_DIRECTORY,
  SHA256_SIZE,
  SLOT_CODE_DIRECTORY,
  SUPER_BLOB,
  sha256,
} from "./code-directory.ts";
import { type MachO, parseMachO } from "./macho.ts";

const SLOT_REQUIREMENTS = 2;
const SLOT_CMS = 0x10000;
const SHA256_TYPE = 2;

interface Blob {
  readonly slot: number;
  readonly bytes: Buffer;
}

/** What is wrong with the signature of a Mach-O file; empty if it is valid. Checks the hash of every page. */
export function signatureProblems(bytes: Uint8Array): string[] {
  try {
    const macho = parseMachO(bytes);
    const blobs = parseBlobs(bytes, macho);
    const directory = blobs.find((blob) => blob.slot === SLOT_CODE_DIRECTORY)?.bytes;
    if (directory === undefined) return ["the signature has no code directory"];
    return [
      ...rangeProblems(bytes, macho),
      ...directoryProblems(directory, bytes, macho),
      ...slotProblems(directory, blobs),
    ];
  } catch (error) {
    return [error instanceof RangeError ? "cut off" : String((error as Error).message)];
  }
}

function parseBlobs(bytes: Uint8Array, macho: MachO): Blob[] {
  const { offset, size } = macho.signature;
  const all = Buffer.from(bytes.subarray(offset, offset + size));
  if (all.readUInt32BE(0) !== SUPER_BLOB) throw new Error("the signature is not one");
  if (all.readUInt32BE(4) > size) throw new Error("the signature is longer than its space");
  return Array.from({ length: all.readUInt32BE(8) }, (_, index) => {
    const slot = all.readUInt32BE(12 + 8 * index);
    const start = all.readUInt32BE(16 + 8 * index);
    const end = start + all.readUInt32BE(start + 4);
    if (end > size) throw new Error("a part of the signature is longer than its space");
    return { slot, bytes: all.subarray(start, end) };
  });
}

function rangeProblems(bytes: Uint8Array, { signature, linkedit }: MachO): string[] {
  const end = signature.offset + signature.size;
  const problems: string[] = [];
  if (end !== bytes.length) problems.push(`the signature ends at ${end} of ${bytes.length} bytes`);
  if (linkedit.fileOffset + linkedit.fileSize !== end) {
    problems.push("__LINKEDIT does not end with the signature");
  }
  return problems;
}

function directoryProblems(directory: Buffer, bytes: Uint8Array, macho: MachO): string[] {
  const field = (index: number) => directory.readUInt32BE(index * 4);
  const [hashOffset, pages, limit] = [field(4), field(7), field(8)];
  if (field(0) !== CODE_DIRECTORY) return ["the code directory is not one"];
  if (directory[36] !== SHA256_SIZE || directory[37] !== SHA256_TYPE) {
    return ["the hashes are not SHA-256"];
  }
  const problems: string[] = [];
  if (limit !== macho.signature.offset) {
    problems.push(`${limit} bytes are signed, not all ${macho.signature.offset}`);
  }
  if (Number(directory.readBigUInt64BE(72)) !== macho.text.fileSize) {
    problems.push("the executable segment has another size");
  }
  const pageSize = 1 << (directory[39] ?? 0);
  if (pages !== Math.ceil(limit / pageSize)) return [...problems, `${pages} pages are not all`];
  let bad = 0;
  for (let page = 0; page < pages; page += 1) {
    const hash = sha256(bytes.subarray(page * pageSize, Math.min((page + 1) * pageSize, limit)));
    const at = hashOffset + page * SHA256_SIZE;
    if (!hash.equals(directory.subarray(at, at + SHA256_SIZE))) bad += 1;
  }
  if (bad > 0) problems.push(`${bad} of ${pages} pages have another hash`);
  return problems;
}

/** Checks the hashes of requirements and entitlements, which precede those of the pages, and who signed. */
function slotProblems(directory: Buffer, blobs: readonly Blob[]): string[] {
  const count = directory.readUInt32BE(24);
  const hashOffset = directory.readUInt32BE(16);
  const problems = blobs
    .filter(({ slot }) => slot >= SLOT_REQUIREMENTS && slot <= count)
    .filter(({ slot, bytes }) => {
      const at = hashOffset - slot * SHA256_SIZE;
      return !sha256(bytes).equals(directory.subarray(at, at + SHA256_SIZE));
    })
    .map(({ slot }) => `slot ${slot} has another hash`);
  const isAdHoc = (directory.readUInt32BE(12) & ADHOC) !== 0;
  const signer = blobs.find(({ slot }) => slot === SLOT_CMS);
  if (!isAdHoc && signer === undefined) problems.push("neither ad hoc nor signed by anyone");
  return problems;
}
