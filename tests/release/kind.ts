const MACHINES = {
  elf: { 62: "x64", 183: "arm64" },
  pe: { 34404: "x64", 43620: "arm64" },
  macho: { 16777223: "x64", 16777228: "arm64" },
} as const;

function named(machines: Readonly<Record<number, string>>, machine: number): string {
  return machines[machine] ?? `machine ${machine}`;
}

/** What a program's header says it is for, named as its target should be. */
export function kindOf(bytes: Buffer): string {
  if (bytes.readUInt32BE(0) === 0x7f454c46) {
    const start = bytes.subarray(0, 4096).toString("latin1");
    const libc = start.includes("/ld-musl-") ? "-musl" : "";
    return `linux-${named(MACHINES.elf, bytes.readUInt16LE(18))}${libc}`;
  }
  if (bytes.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${named(MACHINES.macho, bytes.readUInt32LE(4))}`;
  }
  if (bytes.toString("latin1", 0, 2) === "MZ") {
    return `windows-${named(MACHINES.pe, bytes.readUInt16LE(bytes.readUInt32LE(60) + 4))}`;
  }
  return "no program";
}
