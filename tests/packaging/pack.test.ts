import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { parseTar } from "nanotar";
import { packRelease } from "../../packaging/pack.ts";
import { checkParts } from "../../packaging/parts.ts";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { refusal, signTarget, stagedBinary } from "../../packaging/stage.ts";
import { parseTarget } from "../../packaging/targets.ts";
import { Sandbox } from "../support/binary.ts";
import { fixtureParts, fixtureSources } from "./fixture.ts";
import { unsignedMachO } from "./macho-file.ts";

const LINUX = parseTarget("linux-x64-musl");
const WINDOWS = parseTarget("windows-arm64");
const MAC = parseTarget("darwin-x64");
const PROGRAM = Buffer.from("program");
const FILES = [
  "SHA256SUMS",
  "install.ps1",
  "install.sh",
  "mm.json",
  "mm.rb",
  `mm-v${VERSION}-linux-x64-musl.tar.gz`,
  `mm-v${VERSION}-windows-arm64.zip`,
  `mm-v${VERSION}.cdx.json`,
  "npm",
  `npm/mm-sessions-mm-${VERSION}.tgz`,
  `npm/mm-sessions-mm-linux-x64-musl-${VERSION}.tgz`,
  `npm/mm-sessions-mm-windows-arm64-${VERSION}.tgz`,
];

function pack(box: Sandbox): string {
  const binaries = [LINUX, WINDOWS].map((target) => [target, PROGRAM] as const);
  packRelease(fixtureSources(box.folder, binaries), [LINUX, WINDOWS], `${box.folder}/release`);
  return `${box.folder}/release`;
}

describe("a release", () => {
  test("has these files, and sums of all of them, which sha256sum confirms", () => {
    using box = new Sandbox();
    const folder = pack(box);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(files.toSorted()).toEqual(FILES.toSorted());
    const { exitCode, stdout } = Bun.spawnSync(["sha256sum", "--strict", "-c", "SHA256SUMS"], {
      cwd: folder,
    });
    const checked = stdout.toString().trimEnd().split("\n");
    expect({ exitCode, checked: checked.length }).toEqual({
      exitCode: 0,
      checked: FILES.length - 2,
    });
  });

  test("has the same bytes when it is packed again, elsewhere", () => {
    using box = new Sandbox();
    using other = new Sandbox();
    const sums = readFileSync(`${pack(box)}/SHA256SUMS`, "utf8");
    expect(readFileSync(`${pack(other)}/SHA256SUMS`, "utf8")).toBe(sums);
  });

  test("replaces the previous one completely", () => {
    using box = new Sandbox();
    writeFileSync(`${pack(box)}/mm-v0.0.1-linux-x64.tar.gz`, "old");
    expect(readdirSync(pack(box))).not.toContain("mm-v0.0.1-linux-x64.tar.gz");
  });

  test("contains the program under its name, next to every part", () => {
    using box = new Sandbox();
    const files = unzipSync(readFileSync(`${pack(box)}/mm-v${VERSION}-windows-arm64.zip`));
    const pages = Object.keys(files).filter((path) => /\.(?:md|json|png|svg)$/u.test(path));
    expect(pages).toContain("README.md");
    const linked = [...readFileSync(`${ROOT}/README.md`, "utf8").matchAll(/\]\(([\w./-]+\.\w+)/gu)];
    expect(linked.length).toBeGreaterThan(25);
    expect(linked.map(([, path = ""]) => path).filter((path) => !(path in files))).toEqual([]);
    expect(Object.keys(files).filter((path) => !pages.includes(path))).toEqual([
      "LICENSE",
      "THIRD_PARTY_NOTICES.txt",
      "completions/_mm",
      "completions/mm.bash",
      "completions/mm.fish",
      "completions/mm.ps1",
      "man/mm.1",
      "mm.exe",
    ]);
  });
});

test("the npm package of a platform has the licences of what is in its binary", () => {
  using box = new Sandbox();
  const file = `${pack(box)}/npm/mm-sessions-mm-linux-x64-musl-${VERSION}.tgz`;
  const files = parseTar(Bun.gunzipSync(readFileSync(file)));
  expect(files.map(({ name }) => name)).toEqual([
    "package/LICENSE",
    "package/THIRD_PARTY_NOTICES.txt",
    "package/bin/mm",
    "package/package.json",
  ]);
});

describe("an archive is refused", () => {
  const parts = [...fixtureParts(LINUX), { path: "mm", bytes: PROGRAM }];

  test.each(parts.map(({ path }) => path))("without %s, or with an empty one", (path) => {
    const others = parts.filter((part) => part.path !== path);
    const words = `linux-x64-musl lacks ${path}`;
    expect(() => checkParts(others, LINUX)).toThrow(words);
    expect(() => checkParts([...others, { path, bytes: Buffer.alloc(0) }], LINUX)).toThrow(words);
  });

  test("with an unexpected part", () => {
    const stray = [...parts, { path: "mm.map", bytes: PROGRAM }];
    expect(() => checkParts(stray, LINUX)).toThrow("should not have mm.map");
    expect(() => checkParts(parts, LINUX)).not.toThrow();
  });

  test("and the release with it, as without an installer", () => {
    using box = new Sandbox();
    const sources = fixtureSources(box.folder, [[LINUX, PROGRAM]]);
    const less = { ...sources, parts: sources.parts.filter(({ path }) => path !== "LICENSE") };
    expect(() => packRelease(less, [LINUX], `${box.folder}/release`)).toThrow("lacks LICENSE");
    rmSync(`${sources.root}/packaging/install.sh`);
    expect(() => packRelease(sources, [LINUX], `${box.folder}/release`)).toThrow("install.sh");
  });
});

describe("a staged Mac binary", () => {
  test("is refused until it is signed, and again once a byte has changed", () => {
    using box = new Sandbox();
    const { stage } = fixtureSources(box.folder, [[MAC, unsignedMachO()]]);
    expect(refusal(stage, MAC)).toContain("not signed: ");
    signTarget(stage, MAC);
    expect(refusal(stage, MAC)).toBeUndefined();
    const signed = readFileSync(stagedBinary(stage, MAC));
    signTarget(stage, MAC);
    expect(readFileSync(stagedBinary(stage, MAC))).toEqual(signed);
    signed[5000] = 0;
    writeFileSync(stagedBinary(stage, MAC), signed);
    expect(refusal(stage, MAC)).toBe("not signed: 1 of 5 pages have another hash");
  });

  test("that can't be signed stays as it is, and refused", () => {
    using box = new Sandbox();
    const { stage } = fixtureSources(box.folder, [[MAC, PROGRAM]]);
    signTarget(stage, MAC);
    expect(readFileSync(stagedBinary(stage, MAC), "utf8")).toBe("program");
    expect(refusal(stage, MAC)).toBe("not signed: not a 64-bit Mach-O file");
  });

  test("that was never built is an error, not a target to leave out", () => {
    expect(() => refusal("/nowhere", MAC)).toThrow("run the step build first");
  });
});
