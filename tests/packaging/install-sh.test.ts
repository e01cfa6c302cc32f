import { describe, expect } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { BINARY } from "../../build.ts";
import packageJson from "../../package.json" with { type: "json" };
import { PUBLISHED } from "../../src/upgrade/distribution.ts";
import { needs } from "../support/tools.ts";
import {
  expectRefusal,
  INSTALLER,
  INSTALLER_TOOLS,
  Mirror,
  PLATFORM,
  program,
  UNIX,
} from "./mirror.ts";

const test = needs(...INSTALLER_TOOLS);

describe.if(UNIX)("install.sh", () => {
  test("installs the real mm", async () => {
    using mirror = new Mirror();
    mirror.pack(`mm-v${packageJson.version}-${PLATFORM}.tar.gz`, BINARY);
    const { code, err } = await mirror.install([], {
      env: { PATH: `${mirror.bin}:${mirror.path()}` },
    });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("mm hooks install") });
    expect(err).not.toContain("PATH");
    expect(mirror.answer()).toBe(`mm ${packageJson.version}`);
    // A second run recognizes it as mm.
    const again = await mirror.install(["--dry-run"]);
    expect(again.err).toContain(`in place of mm ${packageJson.version}`);
  });

  test.each([
    [
      "another native program",
      (mirror: Mirror) => mirror.put(program("memtomem 0.4.0")),
      "another",
    ],
    ["a stripped mm", (mirror: Mirror) => mirror.put(program("1.4.5")), "is another program"],
    [
      "a link, as pipx, npm and Homebrew make",
      (mirror: Mirror) => {
        mkdirSync(mirror.bin, { recursive: true });
        symlinkSync(program("mm 0.9.0"), mirror.target);
      },
      "is a symbolic link",
    ],
    [
      "a link that leads nowhere",
      (mirror: Mirror) => {
        mkdirSync(mirror.bin, { recursive: true });
        symlinkSync("/nowhere", mirror.target);
      },
      "is a symbolic link",
    ],
    ["a folder", (mirror: Mirror) => mkdirSync(mirror.target, { recursive: true }), "not a file"],
  ])("refuses to replace %s", async (_, prepare, said) => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    prepare(mirror);
    const before = statSync(mirror.bin).mtimeMs;
    await expectRefusal(mirror, said, ["mm"]);
    await expectRefusal(mirror, said, ["mm"], ["--dry-run"]);
    expect(statSync(mirror.bin).mtimeMs).toBe(before);
    if (said.includes("link")) expect(readlinkSync(mirror.target)).toStartWith("/");
  });

  test.each([
    ["another version", "mm 1.2.4"],
    ["Bun's version", "1.4.5"],
  ])("refuses an mm that prints %s", async (_, answer) => {
    using mirror = new Mirror();
    mirror.add("1.2.3", PLATFORM, answer);
    const err = await expectRefusal(mirror, "doesn't run as mm 1.2.3", []);
    expect(err).toContain(`${answer}\n`);
  });

  test("refuses an mm that can't run", async () => {
    using mirror = new Mirror();
    writeFileSync(`${mirror.folder}/broken`, "\x7fELF, but no program\n");
    mirror.pack(`mm-v1.2.3-${PLATFORM}.tar.gz`, `${mirror.folder}/broken`);
    mirror.put(program("mm 0.9.0"));
    await expectRefusal(mirror, "doesn't run as mm 1.2.3", ["mm"]);
    expect(mirror.answer()).toBe("mm 0.9.0");
  });

  const PLATFORMS = [
    ...["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64"],
    ...["linux-arm64-musl", "linux-x64-musl"],
  ];
  const glibc = "echo 'ldd (GNU libc) 2.36'";
  const musl = "echo 'musl libc (x86_64)' >&2; exit 1";
  test.each([
    ["linux-x64", "Linux x86_64", { ldd: glibc }],
    ["linux-arm64", "Linux aarch64", { ldd: glibc }],
    ["linux-x64-musl", "Linux x86_64", { ldd: musl }],
    ["linux-arm64-musl", "Linux aarch64", { ldd: musl }],
    ["darwin-arm64", "Darwin arm64", {}],
    ["darwin-x64", "Darwin x86_64", { sysctl: "exit 1" }],
    ["darwin-x64", "Darwin x86_64", { sysctl: "echo 0" }],
    ["darwin-arm64", "Darwin x86_64", { sysctl: "echo 1" }],
    ["there is no mm for FreeBSD", "FreeBSD amd64", {}],
    ["there is no mm for the architecture riscv64", "Linux riscv64", {}],
    ["for a 32-bit system", "Linux aarch64", { getconf: "echo 32", ldd: glibc }],
    ["use install.ps1", "MINGW64_NT-10.0 x86_64", {}],
  ])("takes %s for %s %p", async (expected, machine, stubs) => {
    using mirror = new Mirror();
    for (const known of PLATFORMS) mirror.add("1.2.3", known);
    const [os, arch] = machine.split(" ");
    const uname = `case $1 in -s) echo ${os};; -m) echo ${arch};; *) exit 1;; esac`;
    const env = { PATH: mirror.path([], { uname, getconf: "echo 64", ...stubs }) };
    const { code, err } = await mirror.install(["--dry-run"], { env });
    const isPlatform = /^(?:linux|darwin)-/u.test(expected);
    expect(err).toContain(isPlatform ? `for ${expected} at ` : expected);
    expect(code).toBe(isPlatform ? 0 : 1);
  });

  test("says so when a release has no archive for this platform", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3", "solaris-sparc");
    const err = await expectRefusal(mirror, `has no mm for ${PLATFORM}`, []);
    expect(err).toContain(`hint: see what ${`file://${mirror.release}/SHA256SUMS`} lists`);
    // For example the login page of a network.
    writeFileSync(`${mirror.release}/SHA256SUMS`, "<!DOCTYPE html>\n<p>Log in</p>\n");
    await expectRefusal(mirror, `has no mm for ${PLATFORM}`, []);
    writeFileSync(`${mirror.release}/SHA256SUMS`, `deadbeef  mm-v1.2.3-${PLATFORM}.tar.gz\n`);
    await expectRefusal(mirror, `has no mm for ${PLATFORM}`, []);
  });

  test.each([
    [["--nonsense"], {}, 2, "unknown argument: --nonsense"],
    [["--version"], {}, 2, "--version needs a version"],
    [["--version="], {}, 2, "--version needs a version"],
    [["--version", "../../x"], {}, 2, "not a version: ../../x"],
    [[], { MM_INSTALL_DIR: "bin" }, 1, "not an absolute path: bin"],
    [[], { HOME: undefined }, 1, "HOME is not set"],
    ...(PUBLISHED
      ? []
      : ([[[], { MM_BASE_URL: "" }, 1, "no release has been published yet"]] as const)),
    [[], { MM_BASE_URL: "ftp://example.org" }, 1, "not a URL: ftp://example.org"],
    [[], { MM_BASE_URL: "file:///nowhere" }, 1, "can't download file:///nowhere/SHA256SUMS"],
    [[], { MM_BASE_URL: "https://127.0.0.1:1" }, 1, "can't download https://127.0.0.1:1/"],
  ])("%p with %p exits %d", async (words, env, code, said) => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const outcome = await mirror.install(words, { env });
    expect(outcome).toEqual({ code, out: "", err: expect.stringContaining(said) });
    expect(outcome.err).toContain("\n  hint: ");
    expect(readdirSync(mirror.home)).toEqual([]);
  });

  test("explains in its help how to uninstall", async () => {
    using mirror = new Mirror();
    const { code, out, err } = await mirror.install(["--help"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(
      "\nUNINSTALL\n  mm hooks uninstall; mm mcp uninstall; rm ~/.local/bin/mm\n",
    );
    for (const name of ["MM_INSTALL_DIR", "MM_BASE_URL", "--version", "--dry-run"])
      expect(out).toContain(name);
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("takes sums with the line ends of Windows, and a base that ends in slashes", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const sums = `${mirror.release}/SHA256SUMS`;
    writeFileSync(sums, readFileSync(sums, "utf8").replaceAll("\n", "\r\n"));
    const env = { MM_BASE_URL: `file://${mirror.release}//` };
    const { code, err } = await mirror.install(["--dry-run"], { env });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining(`from file://${mirror.release}/mm-v1.2.3-`),
    });
    expect((await mirror.install([], { env })).code).toBe(0);
  });

  test("creates no folder that others may write to, and none that exceeds the umask", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const modes = [mirror.bin, `${mirror.home}/.local`].map((path) => () => statSync(path).mode);
    for (const [umask, mode] of [
      ["000", 0o755],
      ["077", 0o700],
    ] as const) {
      await mirror.install([], { around: `umask ${umask}; exec "$@"` });
      expect(modes.map((of) => of() & 0o777)).toEqual([mode, mode]);
      rmSync(`${mirror.home}/.local`, { recursive: true });
    }
  });

  test("says what it did, and the next command as it can be typed", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const { err } = await mirror.install();
    expect(err).toContain("\nIts checksum is right, and no other file was changed.\n");
    expect(err).toContain(`\nNext: '${mirror.target}' hooks install\n`);
    for (const bin of [mirror.bin, `${mirror.bin}/`]) {
      const PATH = `:${mirror.path()}::${bin}`;
      const again = await mirror.install([], { env: { PATH } });
      expect(again.err).toContain("\nNext: mm hooks install\n");
      expect(again.err).not.toContain("PATH");
    }
  });

  test("names the shell's own way to PATH, and an mm that comes first", async () => {
    using mirror = new Mirror();
    mirror.add("1.2.3");
    const fish = await mirror.install([], { env: { SHELL: "/usr/bin/fish" } });
    expect(fish.err).toContain(`fish_add_path '${mirror.bin}'`);
    const other = mirror.path([], { mm: "echo memtomem 0.4.0" });
    const second = await mirror.install([], { env: { PATH: `${other}:${mirror.bin}` } });
    expect(second.err).toContain(`Another mm comes first in PATH: ${other}/mm\n`);
    expect(second.err).toContain(`\nNext: '${mirror.target}' hooks install\n`);
  });

  needs("shellcheck")("is clean under shellcheck", () => {
    const { stdout, exitCode } = Bun.spawnSync(["shellcheck", "-s", "sh", INSTALLER]);
    expect({ exitCode, said: stdout.toString() }).toEqual({ exitCode: 0, said: "" });
  });
});
