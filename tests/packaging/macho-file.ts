const PAGE = 4096;
const COMMANDS = { __TEXT: 32, __LINKEDIT: 104, signature: 176 };

/** A minimal Mach-O file to sign: three pages of code, one and a half pages of links, and a fake signature. */
export function unsignedMachO(options: { readonly arm64?: boolean } = {}): Uint8Array {
  const linkedit = 3 * PAGE;
  const signature = linkedit + PAGE + PAGE / 2;
  const bytes = Buffer.alloc(signature + 512, 0xab);
  bytes.fill(0, 0, 256);
  const cpu = options.arm64 === true ? 0x0100000c : 0x01000007;
  for (const [index, number] of [0xfeedfacf, cpu, 3, 2, 3, 160, 0, 0].entries()) {
    bytes.writeUInt32LE(number, index * 4);
  }
  writeSegment(bytes, COMMANDS.__TEXT, "__TEXT", 0, linkedit);
  writeSegment(bytes, COMMANDS.__LINKEDIT, "__LINKEDIT", linkedit, bytes.length - linkedit);
  for (const [index, number] of [0x1d, 16, signature, 512].entries()) {
    bytes.writeUInt32LE(number, COMMANDS.signature + index * 4);
  }
  return bytes;
}

function writeSegment(bytes: Buffer, at: number, name: string, offset: number, size: number) {
  bytes.writeUInt32LE(0x19, at);
  bytes.writeUInt32LE(72, at + 4);
  bytes.write(name, at + 8, "latin1");
  for (const [index, number] of [offset, size, offset, size].entries()) {
    bytes.writeBigUInt64LE(BigInt(number), at + 24 + index * 8);
  }
}
