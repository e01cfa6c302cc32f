import { test as anyTest } from "bun:test";
import { existsSync } from "node:fs";
import { installedPooler, installedPostgres } from "./postgres/programs.ts";

interface Entry {
  readonly debianPackages: readonly string[];
  /** Absent if it is enough that a program of this name is on PATH. */
  readonly isUsable?: () => boolean;
}

const ofPackage = (...debianPackages: string[]): Entry => ({ debianPackages });

function succeeds(argv: readonly string[], stdin = ""): boolean {
  try {
    return Bun.spawnSync([...argv], { stdin: Buffer.from(stdin) }).success;
  } catch {
    return false;
  }
}

/** Everything that tests use besides Node.js, npm, `sh` and the coreutils. */
const TOOLS = {
  bash: ofPackage("bash"),
  busybox: ofPackage("busybox"),
  cc: {
    debianPackages: ["gcc", "libc6-dev"],
    // There may be a compiler without the headers.
    isUsable: () => succeeds(["cc", "-fsyntax-only", "-x", "c", "-"], "#include <stdio.h>\n"),
  },
  curl: ofPackage("curl"),
  dash: ofPackage("dash"),
  find: ofPackage("findutils"),
  fish: ofPackage("fish"),
  getconf: ofPackage("libc-bin"),
  git: ofPackage("git"),
  gzip: ofPackage("gzip"),
  ldd: ofPackage("libc-bin"),
  mandoc: ofPackage("mandoc"),
  openssl: ofPackage("openssl"),
  patch: ofPackage("patch"),
  pgbouncer: { debianPackages: ["pgbouncer"], isUsable: () => installedPooler() !== null },
  postgresql: {
    debianPackages: ["postgresql", "util-linux"],
    isUsable: () => installedPostgres() !== null && Bun.which("setpriv") !== null,
  },
  // Only root may be another user.
  root: { debianPackages: [], isUsable: () => process.getuid?.() === 0 },
  ruby: ofPackage("ruby"),
  sed: ofPackage("sed"),
  setpriv: ofPackage("util-linux"),
  shasum: ofPackage("perl"),
  shellcheck: ofPackage("shellcheck"),
  sqlite3: ofPackage("sqlite3"),
  strace: {
    debianPackages: ["strace"],
    // A container may forbid tracing.
    isUsable: () => succeeds(["strace", "-qq", "-o", "/dev/null", "true"]),
  },
  strip: ofPackage("binutils"),
  tar: ofPackage("tar"),
  tzdata: {
    debianPackages: ["tzdata"],
    isUsable: () => existsSync("/usr/share/zoneinfo/Asia/Kathmandu"),
  },
  unshare: {
    debianPackages: ["mount", "util-linux"],
    // A container may forbid mounting.
    isUsable: () => succeeds(["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]),
  },
  unzip: ofPackage("unzip"),
  wget: ofPackage("wget"),
  zsh: ofPackage("zsh"),
} as const satisfies Readonly<Record<string, Entry>>;

export type Tool = keyof typeof TOOLS;

const known = new Map<Tool, boolean>();

function isHere(tool: Tool): boolean {
  const { isUsable }: Entry = TOOLS[tool];
  const here = known.get(tool) ?? (isUsable ? isUsable() : Bun.which(tool) !== null);
  known.set(tool, here);
  return here;
}

export function has(...tools: readonly Tool[]): boolean {
  return tools.every(isHere);
}

let skipped = 0;
const missed = new Set<string>();

function described(tool: Tool): string {
  return Bun.which(tool) === null ? tool : `${tool} (installed, but not usable here)`;
}

type Work = () => void;
type TestOfTools = Pick<typeof anyTest, "each"> & ((name: string, work: Work) => void);

/**
 * `test` for what uses these tools: where one is missing, the test is skipped, and its name says why.
 * A whole file or group takes it as its own: `const test = needs("git")`.
 */
export function needs(...tools: readonly Tool[]): TestOfTools {
  const missing = tools.filter((tool) => !isHere(tool)).map(described);
  if (missing.length === 0) return anyTest;
  const skip = anyTest.skipIf(true);
  const note = (count: number, name: string) => {
    skipped += count;
    for (const tool of missing) missed.add(tool);
    return `${name} (needs ${missing.join(", ")})`;
  };
  const one = (name: string, work: Work) => skip(note(1, name), work);
  const each = (table: readonly unknown[]) => (name: string, work: Work) =>
    skip.each([...table])(note(table.length, name), work);
  return Object.assign(one, { each }) as TestOfTools;
}

/** One line about what was skipped; null if nothing was. */
export function skippedForWant(): string | null {
  if (skipped === 0) return null;
  const tools = new Intl.ListFormat("en").format([...missed].sort());
  return `Skipped ${skipped} tests: this machine lacks ${tools}. Run .ci/run to install them and run everything.`;
}

// What `.ci/run` has to install.
if (import.meta.main) {
  const tools = (Object.keys(TOOLS) as Tool[]).filter((tool) => !isHere(tool));
  const packages = tools.flatMap((tool): readonly string[] => TOOLS[tool].debianPackages);
  console.log([...new Set(packages)].join(" "));
}
