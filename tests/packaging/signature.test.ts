import { describe, expect, test } from "bun:test";
import { parseMachO } from "../../packaging/macho.ts";
import { signAdHoc } from "../../packaging/sign.ts";
import { signatureProblems } from "../../packaging/verify-signature.ts";
import { unsignedMachO } from "./macho-file.ts";

const CODE = 4.5 * 4096;
const DIRECTORY = CODE + 20;

function changed(bytes: Uint8Array, at: number, bits = 1): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ bits;
  return copy;
}

describe("an ad-hoc signature", () => {
  test.each([
    ["x64", 0x1000],
    ["arm64", 0x4000],
  ])("of %s is valid, and the sizes are right", (arch, page) => {
    const signed = signAdHoc(unsignedMachO({ arm64: arch === "arm64" }), "mm");
    expect(signatureProblems(signed)).toEqual([]);
    const { signature, linkedit } = parseMachO(signed);
    expect(signature.offset).toBe(CODE);
    expect(signature.size % 16).toBe(0);
    expect(signature.offset + signature.size).toBe(signed.length);
    expect(linkedit.fileOffset + linkedit.fileSize).toBe(signed.length);
    const memory = Number(new DataView(signed.buffer).getBigUint64(linkedit.command + 32, true));
    expect(memory % page).toBe(0);
    expect(memory).toBeGreaterThanOrEqual(linkedit.fileSize);
  });

  test("covers every page that is not the signature's own, and nothing else is touched", () => {
    const unsigned = unsignedMachO();
    const signed = signAdHoc(unsigned, "mm");
    // After the load commands, whose sizes change.
    expect(signed.subarray(256, CODE)).toEqual(unsigned.subarray(256, CODE));
    const directory = Buffer.from(signed.buffer).subarray(DIRECTORY);
    const [version, flags] = [directory.readUInt32BE(8), directory.readUInt32BE(12)];
    expect({ version, flags }).toEqual({ version: 0x20400, flags: 2 });
    expect(directory.readUInt32BE(28)).toBe(5);
    expect(directory.readUInt32BE(32)).toBe(CODE);
    expect(directory.toString("latin1", 88, 91)).toBe("mm\0");
  });

  test("is the same for the same bytes, and when it is created again", () => {
    const once = signAdHoc(unsignedMachO(), "mm");
    expect(signAdHoc(unsignedMachO(), "mm")).toEqual(once);
    expect(signAdHoc(once, "mm")).toEqual(once);
  });
});

describe("the checker refuses", () => {
  const signed = signAdHoc(unsignedMachO(), "mm");

  test("what was never signed", () => {
    expect(signatureProblems(unsignedMachO())).toEqual(["the signature is not one"]);
    expect(signatureProblems(Buffer.from("#!/bin/sh\n"))).toEqual(["not a 64-bit Mach-O file"]);
    expect(signatureProblems(Buffer.alloc(0))).toEqual(["not a 64-bit Mach-O file"]);
  });

  test("a changed byte in any page", () => {
    for (const at of [24, 300, 4096, 8191, 8192, 3 * 4096, 4 * 4096, CODE - 1]) {
      expect(signatureProblems(changed(signed, at))).toEqual(["1 of 5 pages have another hash"]);
    }
  });

  test.each([
    ["magic number", 3],
    ["flags", 15],
    ["place of the hashes", 19],
    ["count of pages", 31],
    ["limit", 35],
    ["size of a hash", 36],
    ["kind of hash", 37],
    ["size of a page", 39],
    ["size of the code", 79],
    ["first hash", 91],
    ["last hash", 91 + 5 * 32 - 1],
  ])("another %s", (_, at) => {
    expect(signatureProblems(changed(signed, DIRECTORY + at, 2))).not.toEqual([]);
  });

  test("a file that is cut, longer, or has a part outside", () => {
    expect(signatureProblems(signed.subarray(0, -1))).not.toEqual([]);
    expect(signatureProblems(signed.subarray(0, CODE + 10))).not.toEqual([]);
    expect(signatureProblems(signed.subarray(0, 100))).toEqual(["cut off"]);
    expect(signatureProblems(Buffer.concat([signed, Buffer.alloc(16)]))).toEqual([
      `the signature ends at ${signed.length} of ${signed.length + 16} bytes`,
    ]);
    expect(signatureProblems(changed(signed, DIRECTORY + 5))).not.toEqual([]);
  });
});
