import {
  codeDirectory,
  codeDirectorySize,
  SLOT_CODE_DIRECTORY,
  SUPER_BLOB,
} from "./code-directory.ts";
import { parseMachO, replaceSignature } from "./macho.ts";

const SUPER_BLOB_HEADER = 20;
const ALIGNMENT = 16;

/**
 * Replaces the signature of a Mach-O file with an ad-hoc one. It has no entitlements: a just-in-time compiler
 * needs them only under the hardened runtime, which an ad-hoc signature doesn't request.
 */
export function signAdHoc(bytes: Uint8Array, identifier: string): Uint8Array {
  const { signature } = parseMachO(bytes);
  const length = SUPER_BLOB_HEADER + codeDirectorySize(signature.offset, identifier);
  const size = Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  return replaceSignature(bytes, size, (code, macho) => {
    const header = Buffer.alloc(SUPER_BLOB_HEADER);
    const numbers = [SUPER_BLOB, length, 1, SLOT_CODE_DIRECTORY, SUPER_BLOB_HEADER];
    for (const [index, number] of numbers.entries()) header.writeUInt32BE(number, index * 4);
    return Buffer.concat([header, codeDirectory(code, identifier, macho.text)]);
  });
}
