import { describe, expect } from "bun:test";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { needs, type Tool } from "../support/tools.ts";
import {
  expectRefusal,
  INSTALLER,
  INSTALLER_TOOLS,
  Mirror,
  PLATFORM,
  program,
  UNIX,
} from "./mirror.ts";

const SHELLS: readonly (readonly [Tool, ...string[]])[] = [
  ["dash"],
  ["bash"],
  ["bash", "--posix"],
  ["busybox", "sh"],
];
const HASHES = ["sha256sum", "shasum", "openssl"] as const;

describe.if(UNIX).each(SHELLS.map((shell) => [shell.join(" "), shell] as const))(
  "install.sh under %s",
  (_, shell) => {
    const test = needs(...INSTALLER_TOOLS, shell[0]);

    test("installs into a fresh home, and says what to do about PATH", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      mirror.add("1.2.3", "linux-riscv");
      const { code, out, err } = await mirror.install([], { shell, env: { BUN_BE_BUN: "1" } });
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toContain(`Installed mm 1.2.3: ${mirror.target}\n`);
      expect(err).toContain(`export PATH='${mirror.bin}':"$PATH"`);
      expect(mirror.answer()).toBe("mm 1.2.3");
      expect(statSync(mirror.target).mode & 0o777).toBe(0o755);
      expect(mirror.installed()).toEqual(["mm"]);
      expect(readdirSync(mirror.home)).toEqual([".local"]);
    });

    test("replaces an older mm while that runs", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      mirror.put(program("mm 0.9.0"));
      const old = Bun.spawn([mirror.target, "wait"], { stdio: ["pipe", "pipe", "inherit"] });
      const { code, err } = await mirror.install([], { shell });
      expect({ code, err }).toEqual({ code: 0, err: expect.stringContaining("(was mm 0.9.0)") });
      expect(mirror.answer()).toBe("mm 1.2.3");
      old.stdin.end();
      expect(await old.stdout.text()).toBe("waits\nmm 0.9.0\n");
      expect(mirror.installed()).toEqual(["mm"]);
    });

    test("refuses an archive that isn't what SHA256SUMS says", async () => {
      using mirror = new Mirror();
      const archive = mirror.add("1.2.3");
      mirror.put(program("mm 0.9.0"));
      const bytes = readFileSync(archive);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(archive, bytes);
      await expectRefusal(mirror, "the checksum of mm-v1.2.3-", ["mm"], [], { shell });
      expect(mirror.answer()).toBe("mm 0.9.0");
    });

    test("refuses a cut archive, also one whose checksum is right", async () => {
      using mirror = new Mirror();
      const archive = mirror.add("1.2.3");
      truncateSync(archive, statSync(archive).size >> 1);
      await expectRefusal(mirror, "checksum", [], [], { shell });
      mirror.sum(`mm-v1.2.3-${PLATFORM}.tar.gz`);
      await expectRefusal(mirror, "can't unpack", [], [], { shell });
    });

    test("leaves another program alone", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      mkdirSync(mirror.bin, { recursive: true });
      const script = "#!/bin/sh\necho mm 0.9.0\n";
      writeFileSync(mirror.target, script, { mode: 0o755 });
      const err = await expectRefusal(mirror, "is another program", ["mm"], [], { shell });
      expect(err).toContain("MM_INSTALL_DIR=");
      expect(readFileSync(mirror.target, "utf8")).toBe(script);
    });

    test("writes nothing with --dry-run", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      const { code, out, err } = await mirror.install(["--dry-run"], { shell });
      expect({ code, out }).toEqual({ code: 0, out: "" });
      expect(err).toContain(`Would install mm 1.2.3 for ${PLATFORM} at ${mirror.target}\n`);
      expect(err).toMatch(/\n {2}sha256 [0-9a-f]{64}\n/u);
      expect(readdirSync(mirror.home)).toEqual([]);
    });

    test("installs a given version, and refuses one that doesn't exist", async () => {
      using mirror = new Mirror();
      for (const version of ["1.2.3", "1.2.30", "1.3.0-rc.1"]) mirror.add(version);
      await expectRefusal(mirror, "several versions", [], [], { shell });
      await expectRefusal(mirror, "has no mm 1.2 for", [], ["--version", "1.2"], { shell });
      await expectRefusal(mirror, "has no mm 1.2.4 for", [], ["--version=v1.2.4"], { shell });
      for (const [word, version] of [
        ["--version=1.2.3", "1.2.3"],
        ["--version=v1.3.0-rc.1", "1.3.0-rc.1"],
      ] as const) {
        expect((await mirror.install([word], { shell })).code).toBe(0);
        expect(mirror.answer()).toBe(`mm ${version}`);
      }
    });

    test("installs into a folder whose name is awkward", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      const dir = `${mirror.folder}/it's a "$HOME" *`;
      const env = { MM_INSTALL_DIR: `${dir}/` };
      const { code, err } = await mirror.install([], { shell, env });
      expect(code).toBe(0);
      expect(mirror.answer(`${dir}/mm`)).toBe("mm 1.2.3");
      // The line that it prints works.
      const line = /export PATH=.*/u.exec(err)?.[0] ?? "";
      const found = Bun.spawnSync(["/bin/sh", "-c", `${line}; command -v mm`]);
      expect(found.stdout.toString()).toBe(`${dir}/mm\n`);
      expect(readdirSync(dir)).toEqual(["mm"]);
    });

    test("says which program is missing", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      const PATH = mirror.path(["tar"]);
      await expectRefusal(mirror, "the program tar is missing", [], [], { shell, env: { PATH } });
      const env = { PATH: mirror.path(HASHES) };
      await expectRefusal(mirror, "nothing to verify checksums with", [], [], { shell, env });
      const remote = { PATH: mirror.path(["curl", "wget"]), MM_BASE_URL: "https://127.0.0.1:1" };
      await expectRefusal(mirror, "install curl or wget", [], [], { shell, env: remote });
    });

    describe.each(HASHES.map((hash) => [hash] as const))("with %s alone", (hash) => {
      const tools = hash === "sha256sum" ? [] : [hash];
      needs(
        ...INSTALLER_TOOLS,
        shell[0],
        ...tools,
      )("verifies checksums", async () => {
        using mirror = new Mirror();
        mirror.add("1.2.3");
        const others = HASHES.filter((name) => name !== hash);
        const env = { PATH: mirror.path(others) };
        expect((await mirror.install([], { shell, env })).code).toBe(0);
      });
    });

    test("does nothing if it is cut off anywhere", async () => {
      using mirror = new Mirror();
      mirror.add("1.2.3");
      const script = readFileSync(INSTALLER, "utf8");
      const ends = [...script.matchAll(/\n/gu)].map(({ index }) => index);
      const last = script.trimEnd().lastIndexOf("\n");
      const bytes = Array.from({ length: script.trimEnd().length - last }, (_, at) => last + at);
      const cuts = [...ends, ...bytes];
      const env = {
        PATH: mirror.path(),
        HOME: mirror.home,
        MM_BASE_URL: `file://${mirror.release}`,
      };
      const words = shell.map((word) => Bun.which(word) ?? word);
      for (const cut of cuts.filter((at) => at < script.trimEnd().length)) {
        Bun.spawnSync(words, { env, stdin: Buffer.from(script.slice(0, cut)) });
        expect({ cut, there: readdirSync(mirror.home) }).toEqual({ cut, there: [] });
      }
      // Piped into the shell as a whole, it installs.
      Bun.spawnSync(words, { env, stdin: Buffer.from(script) });
      expect(mirror.answer()).toBe("mm 1.2.3");
    });
  },
);
