const MAGIC_64 = 0xfeedfacf;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const HEADER_SIZE = 32;
const CPU_ARM64 = 0x0100000c;

interface Segment {
  /** Offset of its load command in the file. */
  readonly command: number;
  readonly fileOffset: number;
  readonly fileSize: number;
}

/** The parts of a 64-bit Mach-O file that a signature depends on. Offsets and sizes are in bytes. */
export interface MachO {
  readonly isArm64: boolean;
  readonly text: Segment;
  readonly linkedit: Segment;
  readonly signature: { readonly command: number; readonly offset: number; readonly size: number };
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function* loadCommands(data: DataView) {
  const count = data.getUint32(16, true);
  let offset = HEADER_SIZE;
  for (let index = 0; index < count; index += 1) {
    yield { kind: data.getUint32(offset, true), offset };
    offset += data.getUint32(offset + 4, true);
  }
}

function segmentName(bytes: Uint8Array, command: number): string {
  return Buffer.from(bytes.subarray(command + 8, command + 24))
    .toString("latin1")
    .replace(/\0+$/u, "");
}

/** @throws Error unless this is a 64-bit Mach-O file with room for a signature */
export function parseMachO(bytes: Uint8Array): MachO {
  const data = view(bytes);
  if (bytes.length < HEADER_SIZE || data.getUint32(0, true) !== MAGIC_64) {
    throw new Error("not a 64-bit Mach-O file");
  }
  const segments = new Map<string, Segment>();
  let signature: MachO["signature"] | undefined;
  for (const { kind, offset } of loadCommands(data)) {
    if (kind === LC_CODE_SIGNATURE) {
      const at = data.getUint32(offset + 8, true);
      signature = { command: offset, offset: at, size: data.getUint32(offset + 12, true) };
    }
    if (kind === LC_SEGMENT_64) {
      const fileOffset = Number(data.getBigUint64(offset + 40, true));
      const fileSize = Number(data.getBigUint64(offset + 48, true));
      segments.set(segmentName(bytes, offset), { command: offset, fileOffset, fileSize });
    }
  }
  const text = segments.get("__TEXT");
  const linkedit = segments.get("__LINKEDIT");
  if (text === undefined || linkedit === undefined) throw new Error("no __TEXT or __LINKEDIT");
  if (signature === undefined) throw new Error("no LC_CODE_SIGNATURE");
  return { isArm64: data.getUint32(4, true) === CPU_ARM64, text, linkedit, signature };
}

/**
 * Copies the file with another signature and corrects the sizes in its load commands.
 * The signature covers those sizes, so `sign` gets the corrected copy.
 */
export function replaceSignature(
  bytes: Uint8Array,
  size: number,
  sign: (signed: Uint8Array, macho: MachO) => Uint8Array,
): Uint8Array {
  const macho = parseMachO(bytes);
  const start = macho.signature.offset;
  const result = new Uint8Array(start + size);
  result.set(bytes.subarray(0, start));
  const data = view(result);
  data.setUint32(macho.signature.command + 12, size, true);
  const linkeditSize = start + size - macho.linkedit.fileOffset;
  const page = macho.isArm64 ? 0x4000 : 0x1000;
  const memorySize = Math.ceil(linkeditSize / page) * page;
  data.setBigUint64(macho.linkedit.command + 32, BigInt(memorySize), true);
  data.setBigUint64(macho.linkedit.command + 48, BigInt(linkeditSize), true);
  result.set(sign(result.subarray(0, start), macho), start);
  return result;
}
