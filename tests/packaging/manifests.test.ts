import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import packageJson from "../../package.json" with { type: "json" };
import { mainPackage, platformPackage } from "../../packaging/npm.ts";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { renderSbom } from "../../packaging/sbom.ts";
import { renderScoop } from "../../packaging/scoop.ts";
import { archiveName, findTarget, TARGETS } from "../../packaging/targets.ts";
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
    const target = findTarget(name);
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
    description: "A memory of their sessions for AI coding agents: one binary, no daemon",
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

describe("the bill of materials", () => {
  const lockfile = readFileSync(`${ROOT}/bun.lock`, "utf8");
  const text = renderSbom(lockfile, VERSION, Date.UTC(2026, 10, 23));
  const bom = JSON.parse(text);

  test("is valid CycloneDX", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    expect(await validator.validate(text)).toBeNull();
    expect(await validator.validate(text.replace('"version": 1', '"version": "x"'))).not.toBeNull();
  });

  test("names what every binary contains, with hashes, and what only builds it", () => {
    const libraries = Object.entries(packageJson.dependencies);
    const required = bom.components.filter((c: { scope: string }) => c.scope === "required");
    expect(required.map((c: { purl: string }) => c.purl)).toEqual(
      expect.arrayContaining([
        ...libraries.map(([name, version]) => `pkg:npm/${name}@${version}`),
        "pkg:npm/%40oven/bun-darwin-x64@1.4.5",
      ]),
    );
    expect(required).toHaveLength(libraries.length + TARGETS.length);
    for (const { hashes } of bom.components) {
      expect(hashes).toEqual([
        { alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/u) },
      ]);
    }
    const tools = bom.components.filter((c: { scope: string }) => c.scope === "excluded");
    expect(tools.map((c: { name: string }) => c.name)).toContain("typescript");
  });

  test("is the same for the same lockfile, and has another serial number for another", () => {
    expect(renderSbom(lockfile, VERSION, Date.UTC(2026, 10, 23))).toBe(text);
    const other = JSON.parse(renderSbom(lockfile, "9.9.9", Date.UTC(2026, 10, 23)));
    expect(other.serialNumber).not.toBe(bom.serialNumber);
  });
});
