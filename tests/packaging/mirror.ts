import { expect } from "bun:test";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { SCRATCH } from "../support/scratch.ts";
import type { Tool } from "../support/tools.ts";

export const INSTALLER = `${dirname(dirname(import.meta.dir))}/packaging/install.sh`;

/** A native program that looks like mm to an installer. With `wait` it runs until its input ends. */
const PROGRAM = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
int main(int argc, char **argv) {
  if (argc == 2 && strcmp(argv[1], "--version") == 0) {
    const char *bun = getenv("BUN_BE_BUN");
    puts(bun && *bun ? "1.4.5" : ANSWER);
  }
  if (argc == 2 && strcmp(argv[1], "wait") == 0) { puts("waits"); fflush(stdout); while (getchar() != EOF); puts(ANSWER); }
  return 0;
}`;

const programs = new Map<string, string>();

/** A compiled program whose `--version` prints the answer. */
export function program(answer: string): string {
  const known = programs.get(answer);
  if (known !== undefined) return known;
  const path = `${SCRATCH}/program-${programs.size}`;
  const compiler = ["cc", "-x", "c", `-DANSWER="${answer}"`, "-o", path, "-"];
  const { success, stderr } = Bun.spawnSync(compiler, { stdin: Buffer.from(PROGRAM) });
  if (!success) throw new Error(stderr.toString());
  programs.set(answer, path);
  return path;
}

/** This machine's platform, as archives are named. */
export const PLATFORM = `${process.platform}-${process.arch}`;

/** install.sh is for Unix; Windows has install.ps1. */
export const UNIX = process.platform !== "win32";

/** What the script needs besides the coreutils, and the compiler for the programs that it installs. */
export const INSTALLER_TOOLS: readonly Tool[] = [
  "cc",
  "find",
  "getconf",
  "gzip",
  "ldd",
  "sed",
  "tar",
];

/** Programs that the script may use. A test that removes some gives it a folder with the others. */
const TOOLS = [
  ["cat", "chmod", "find", "getconf", "gzip", "ldd", "mkdir", "mktemp", "mv", "od", "rm", "sed"],
  ["sh", "sleep", "sysctl", "tar", "tr", "uname", "sha256sum", "shasum", "openssl", "curl", "wget"],
].flat();

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface InstallOptions {
  readonly shell?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A script of `sh` to run instead, in which `"$@"` installs. */
  readonly around?: string;
}

/** A folder with a release, `mirror`, and a user's home. */
export class Mirror implements Disposable {
  readonly folder = realpathSync(mkdtempSync(`${tmpdir()}/mm-install-`));
  readonly release = `${this.folder}/mirror`;
  readonly home = `${this.folder}/home`;
  readonly bin = `${this.home}/.local/bin`;
  readonly target = `${this.bin}/mm`;

  constructor() {
    mkdirSync(this.release);
    mkdirSync(this.home);
  }

  /** Adds an archive to the release; `answer` is what its mm says to `--version`. */
  add(version: string, platform = PLATFORM, answer = `mm ${version}`): string {
    return this.pack(`mm-v${version}-${platform}.tar.gz`, program(answer));
  }

  pack(name: string, binary: string): string {
    const staging = mkdtempSync(`${this.folder}/pack-`);
    copyFileSync(binary, `${staging}/mm`);
    writeFileSync(`${staging}/LICENSE`, "licence\n");
    const archive = `${this.release}/${name}`;
    const made = Bun.spawnSync(["tar", "-C", staging, "-cf", "-", "mm", "LICENSE"]);
    writeFileSync(archive, Bun.gzipSync(new Uint8Array(made.stdout), { level: 1 }));
    rmSync(staging, { recursive: true });
    this.sum(name);
    return archive;
  }

  /** Enters the file as it is now into SHA256SUMS. */
  sum(name: string): void {
    const hash = new Bun.CryptoHasher("sha256").update(readFileSync(`${this.release}/${name}`));
    const file = `${this.release}/SHA256SUMS`;
    const others = existsSync(file) ? readFileSync(file, "utf8") : "";
    const lines = others.split("\n").filter((line) => line !== "" && !line.endsWith(`  ${name}`));
    writeFileSync(file, `${[...lines, `${hash.digest("hex")}  ${name}`].join("\n")}\n`);
  }

  /** Puts a program where the script installs. */
  put(binary: string): void {
    mkdirSync(this.bin, { recursive: true });
    copyFileSync(binary, this.target);
    chmodSync(this.target, 0o755);
  }

  /** A folder with all programs that the script may use except these. `stubs` are scripts that replace some. */
  path(without: readonly string[] = [], stubs: Readonly<Record<string, string>> = {}): string {
    const folder = mkdtempSync(`${this.folder}/path-`);
    for (const name of TOOLS) {
      const tool = without.includes(name) || name in stubs ? null : Bun.which(name);
      if (tool !== null) symlinkSync(tool, `${folder}/${name}`);
    }
    for (const [name, script] of Object.entries(stubs)) {
      writeFileSync(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    }
    return folder;
  }

  spawn(words: readonly string[], options: InstallOptions = {}) {
    const { shell = ["sh"], around } = options;
    const install = [...shell.map((word) => Bun.which(word) ?? word), INSTALLER, ...words];
    const argv = around === undefined ? install : ["/bin/sh", "-c", around, "sh", ...install];
    const env: Record<string, string | undefined> = {
      PATH: process.env["PATH"],
      HOME: this.home,
      MM_BASE_URL: `file://${this.release}`,
      ...options.env,
    };
    return Bun.spawn(argv, { cwd: this.folder, env, stdio: ["ignore", "pipe", "pipe"] });
  }

  async install(words: readonly string[] = [], options: InstallOptions = {}): Promise<Outcome> {
    const child = this.spawn(words, options);
    const [out, err] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    return { code: await child.exited, out, err };
  }

  /** The files next to the target, including hidden ones. */
  installed(): string[] {
    return existsSync(this.bin) ? readdirSync(this.bin).toSorted() : [];
  }

  answer(path = this.target): string {
    return Bun.spawnSync([path, "--version"]).stdout.toString().trim();
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A refusal: exit 1, nothing on stdout, words on stderr, and nothing but `left` where mm goes. */
export async function expectRefusal(
  mirror: Mirror,
  said: string,
  left: readonly string[],
  ...args: Parameters<Mirror["install"]>
): Promise<string> {
  const { code, out, err } = await mirror.install(...args);
  expect({ code, out, err }).toEqual({ code: 1, out: "", err: expect.stringContaining(said) });
  expect(mirror.installed()).toEqual([...left]);
  return err;
}
