import { describe, expect, test } from "bun:test";
import { mainPackage, platformPackage } from "../../packaging/npm.ts";
import { VERSION } from "../../packaging/project.ts";
import { renderScoop } from "../../packaging/scoop.ts";
import { archiveName, parseTarget, TARGETS } from "../../packaging/targets.ts";
import { HOMEPAGE } from "../../src/upgrade/distribution.ts";

const LICENSE = { path: "LICENSE", bytes: Buffer.from("terms") };

function manifestOf(entries: readonly { path: string; bytes: Uint8Array }[]) {
  const entry = entries.find(({ path }) => path === "package/package.json");
  return JSON.parse(Buffer.from(entry?.bytes ?? []).toString());
}

describe("the npm package", () => {
  const { file, entries } = mainPackage(VERSION, TARGETS, Buffer.from("shim"), [LICENSE]);

  test("that people name has the command, and one package of the same version a platform", () => {
    const manifest = manifestOf(entries);
    expect(file).toBe(`mm-sessions-mm-${VERSION}.tgz`);
    expect(manifest).toMatchObject({ name: "@mm-sessions/mm", version: VERSION });
    expect(manifest.bin).toEqual({ mm: "bin/mm.cjs" });
    const packages = TARGETS.map((target) => [`@mm-sessions/mm-${target.name}`, VERSION]);
    expect(manifest.optionalDependencies).toEqual(Object.fromEntries(packages));
    expect(entries.map(({ path, isProgram }) => [path, isProgram === true])).toEqual([
      ["package/package.json", false],
      ["package/bin/mm.cjs", true],
      ["package/LICENSE", false],
    ]);
  });

  test.each([
    ["linux-x64", { os: ["linux"], cpu: ["x64"], libc: ["glibc"] }],
    ["linux-arm64-musl", { os: ["linux"], cpu: ["arm64"], libc: ["musl"] }],
    ["darwin-arm64", { os: ["darwin"], cpu: ["arm64"] }],
    ["windows-x64", { os: ["win32"], cpu: ["x64"] }],
  ])("of %s is installed there alone", (name, where) => {
    const target = parseTarget(name);
    const platform = platformPackage(VERSION, target, Buffer.from("binary"), [LICENSE]);
    const manifest = manifestOf(platform.entries);
    expect(manifest).toMatchObject({ name: `@mm-sessions/mm-${name}`, version: VERSION, ...where });
    expect(Object.hasOwn(manifest, "libc")).toBe(Object.hasOwn(where, "libc"));
    const binary = name.startsWith("windows") ? "package/bin/mm.exe" : "package/bin/mm";
    expect(platform.entries.find(({ path }) => path === binary)?.isProgram).toBe(true);
  });

  test("runs nothing when it is installed, and has no command but mm", () => {
    const platforms = TARGETS.map((t) => platformPackage(VERSION, t, Buffer.from("b"), [LICENSE]));
    for (const each of platforms) {
      expect(manifestOf(each.entries)).not.toHaveProperty("bin");
      expect(manifestOf(each.entries)).not.toHaveProperty("scripts");
    }
    expect(manifestOf(entries)).not.toHaveProperty("scripts");
  });
});

test("the Scoop manifest has each Windows archive with its sum, and how to find the next", () => {
  const sums = new Map(TARGETS.map((t, i) => [archiveName(t, VERSION), `${i}`.repeat(64)]));
  const at = (version: string, arch: string) =>
    `${HOMEPAGE}/releases/download/v${version}/mm-v${version}-windows-${arch}.zip`;
  expect(JSON.parse(renderScoop(VERSION, sums))).toEqual({
    version: VERSION,
    description: "Remember what your AI coding agents did: one binary, no daemon",
    homepage: HOMEPAGE,
    license: "Apache-2.0",
    architecture: {
      "64bit": { url: at(VERSION, "x64"), hash: "6".repeat(64) },
      arm64: { url: at(VERSION, "arm64"), hash: "7".repeat(64) },
    },
    bin: "mm.exe",
    checkver: { github: HOMEPAGE },
    autoupdate: {
      architecture: {
        "64bit": { url: at("$version", "x64") },
        arm64: { url: at("$version", "arm64") },
      },
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  });
});
