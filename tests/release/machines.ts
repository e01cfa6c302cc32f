import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname } from "node:path";
import type { Target } from "../../packaging/targets.ts";

/** How a binary is run that is not for this machine. */
export interface Machine {
  readonly how: string;
  /** What precedes the program's path. */
  readonly prefix: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A home for mm that is in no folder yet. */
  readonly home: string;
}

/** Why a binary is not run here. */
export class NotHere extends Error {}

/** @throws NotHere where the command fails; its last line is the reason */
function must(argv: readonly string[], cwd: string): void {
  const { exitCode, stderr } = Bun.spawnSync([...argv], { cwd, stdout: "ignore" });
  if (exitCode === 0) return;
  throw new NotHere(`${argv[0]} failed: ${stderr.toString().trim().split("\n").at(-1)}`);
}

/** @throws NotHere naming the Debian packages that would bring what is missing */
function need(path: string, packages: string): void {
  const found = path.includes("/") ? existsSync(path) : Bun.which(path) !== null;
  if (!found) throw new NotHere(`no ${path} (apt-get install ${packages})`);
}

/**
 * Debian has no C++ library for musl. A Python wheel for Alpine carries one that Debian's musl can load; newer
 * wheels carry one that it can't, since its relocations are of a kind that musl knows from 1.2.4.
 */
function muslLibraries(folder: string, arch: string, compiler: string): Record<string, string> {
  need("python3", "python3 python3-pip");
  need("unzip", "unzip");
  must(
    [
      ...["python3", "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"],
      ...["--platform", `musllinux_1_1_${arch}`, "--python-version", "311", "greenlet==3.0.3"],
    ],
    folder,
  );
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl")) ?? "";
  must(["unzip", "-qoj", wheel, "*.libs/*", "-d", "libs"], folder);
  const library = readdirSync(`${folder}/libs`).find((name) => name.startsWith("libstdc++")) ?? "";
  symlinkSync(library, `${folder}/libs/libstdc++.so.6`);
  const source = `${import.meta.dir}/libstdcxx.c`;
  must([compiler, "-shared", "-nostdlib", "-fPIC", "-o", "libs/missing.so", source], folder);
  return { LD_LIBRARY_PATH: `${folder}/libs`, LD_PRELOAD: `${folder}/libs/missing.so` };
}

function musl(folder: string): Machine {
  need("/lib/ld-musl-x86_64.so.1", "musl");
  const env = muslLibraries(folder, "x86_64", "cc");
  return { how: "Debian's musl, with Alpine's libstdc++", prefix: [], env, home: `${folder}/home` };
}

function qemu(folder: string): Machine {
  need("qemu-aarch64", "qemu-user");
  need("/usr/aarch64-linux-gnu/lib/libc.so.6", "libc6-arm64-cross");
  const prefix = ["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"];
  return { how: "qemu-user", prefix, env: {}, home: `${folder}/home` };
}

/** Debian's musl for another processor, unpacked beside the system, which stays as it is. */
function unpackMusl(folder: string): void {
  const options = ["amd64", "arm64"].flatMap((arch) => ["-o", `APT::Architectures::=${arch}`]);
  const state = [`Dir::State::lists=${folder}/lists`, `Dir::Cache=${folder}/cache`];
  for (const option of state) options.push("-o", option);
  mkdirSync(`${folder}/lists/partial`, { recursive: true });
  mkdirSync(`${folder}/cache/archives/partial`, { recursive: true });
  must(["apt-get", "-qq", ...options, "update"], folder);
  must(["apt-get", "-qq", ...options, "download", "musl:arm64"], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb")) ?? "";
  must(["dpkg-deb", "-x", archive, "root"], folder);
}

function qemuMusl(folder: string): Machine {
  need("qemu-aarch64", "qemu-user");
  need("aarch64-linux-gnu-gcc", "gcc-aarch64-linux-gnu");
  need("dpkg-deb", "dpkg");
  unpackMusl(folder);
  const env = muslLibraries(folder, "aarch64", "aarch64-linux-gnu-gcc");
  const set = Object.entries(env).flatMap(([name, value]) => ["-E", `${name}=${value}`]);
  return {
    how: "qemu-user, Debian's musl, with Alpine's libstdc++",
    prefix: ["qemu-aarch64", "-L", `${folder}/root`, ...set],
    env: {},
    home: `${folder}/home`,
  };
}

function wine(folder: string, program: string): Machine {
  need("wine", "wine wine64");
  need("x86_64-w64-mingw32-gcc", "gcc-mingw-w64-x86-64");
  const source = `${import.meta.dir}/bcryptprimitives.c`;
  const library = `${dirname(program)}/bcryptprimitives.dll`;
  const link = ["-shared", "-nostartfiles", "-e", "DllMain", "-o", library, source, "-ladvapi32"];
  must(["x86_64-w64-mingw32-gcc", ...link], folder);
  return {
    how: "Debian's Wine, with a stand-in for bcryptprimitives.dll",
    prefix: ["wine"],
    env: { WINEPREFIX: `${folder}/wine`, WINEDEBUG: "-all", DISPLAY: "" },
    home: "C:\\mm home",
  };
}

/**
 * What runs the target's binary on this machine, an x64 Debian; the folder is for whatever that takes.
 * @throws NotHere with the reason, where nothing does
 */
export function machineFor(target: Target, folder: string, program: string): Machine {
  mkdirSync(folder, { recursive: true });
  switch (target.name) {
    case "linux-x64":
      return { how: "natively", prefix: [], env: {}, home: `${folder}/home` };
    case "linux-x64-musl":
      return musl(folder);
    case "linux-arm64":
      return qemu(folder);
    case "linux-arm64-musl":
      return qemuMusl(folder);
    case "windows-x64":
      return wine(folder, program);
    case "windows-arm64":
      throw new NotHere("Debian has no Wine for it");
    default:
      throw new NotHere("needs a Mac");
  }
}
