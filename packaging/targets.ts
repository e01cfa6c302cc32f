/** One binary of a release. */
export interface Target {
  /** As in the archive's name: `linux-x64-musl`. */
  readonly name: string;
  readonly os: "linux" | "darwin" | "windows";
  readonly arch: "x64" | "arm64";
  readonly libc?: "glibc" | "musl";
  readonly bun: Bun.Build.CompileTarget;
}

export const TARGETS: readonly Target[] = [
  { name: "linux-x64", os: "linux", arch: "x64", libc: "glibc", bun: "bun-linux-x64" },
  { name: "linux-arm64", os: "linux", arch: "arm64", libc: "glibc", bun: "bun-linux-arm64" },
  { name: "linux-x64-musl", os: "linux", arch: "x64", libc: "musl", bun: "bun-linux-x64-musl" },
  {
    name: "linux-arm64-musl",
    os: "linux",
    arch: "arm64",
    libc: "musl",
    bun: "bun-linux-arm64-musl",
  },
  { name: "darwin-arm64", os: "darwin", arch: "arm64", bun: "bun-darwin-arm64" },
  { name: "darwin-x64", os: "darwin", arch: "x64", bun: "bun-darwin-x64" },
  { name: "windows-x64", os: "windows", arch: "x64", bun: "bun-windows-x64" },
  { name: "windows-arm64", os: "windows", arch: "arm64", bun: "bun-windows-arm64" },
];

export function binaryName(target: Target): string {
  return target.os === "windows" ? "mm.exe" : "mm";
}

/** `mm-v0.1.0-linux-x64.tar.gz`, `mm-v0.1.0-windows-x64.zip`. */
export function archiveName(target: Target, version: string): string {
  return `mm-v${version}-${target.name}.${target.os === "windows" ? "zip" : "tar.gz"}`;
}

/** @throws Error naming the targets that exist */
export function parseTarget(name: string): Target {
  const found = TARGETS.find((target) => target.name === name);
  if (found !== undefined) return found;
  throw new Error(`no such target: ${name}; there are ${TARGETS.map((t) => t.name).join(", ")}`);
}

/** The target that runs on this machine; undefined if there is none. */
export function nativeTarget(): Target | undefined {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const musl = os === "linux" && isMuslHere();
  return TARGETS.find(
    (target) =>
      target.os === os && target.arch === process.arch && (target.libc === "musl") === musl,
  );
}

function isMuslHere(): boolean {
  const report = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return report.header.glibcVersionRuntime === undefined;
}
