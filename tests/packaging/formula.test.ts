import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { renderFormula } from "../../packaging/formula.ts";
import { VERSION } from "../../packaging/project.ts";
import { archiveName, TARGETS } from "../../packaging/targets.ts";
import { HOMEPAGE } from "../../src/upgrade/distribution.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

const SUMS = new Map(
  TARGETS.map((target, index) => [archiveName(target, VERSION), `${index}`.repeat(64)]),
);
const BRANCHES = [
  ["macos", "arm", "darwin-arm64"],
  ["macos", "intel", "darwin-x64"],
  ["linux", "arm", "linux-arm64"],
  ["linux", "intel", "linux-x64"],
] as const;

/** What Homebrew would read on that platform. The formula's own test runs with this machine's binary. */
function load(formula: string, os: string, arch: string) {
  using box = new Sandbox();
  writeFileSync(`${box.folder}/mm.rb`, formula);
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["ruby", `${import.meta.dir}/formula.rb`, "mm.rb", os, arch, dirname(BINARY)],
    { cwd: box.folder, env: box.env({ MM_HOME: undefined }) },
  );
  return { code: exitCode, err: stderr.toString(), said: JSON.parse(stdout.toString() || "null") };
}

describe("the formula as Ruby reads it", () => {
  const testInRuby = needs("ruby");

  testInRuby.each(BRANCHES)("on %s, %s it is the archive of %s", (os, arch, name) => {
    const { code, err, said } = load(renderFormula(VERSION, SUMS), os, arch);
    const archive = `mm-v${VERSION}-${name}.tar.gz`;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(said).toEqual({
      desc: "Remember what your AI coding agents did: one binary, no daemon",
      homepage: HOMEPAGE,
      version: VERSION,
      license: "Apache-2.0",
      livecheck: { url: "homepage", strategy: "github_latest" },
      url: `${HOMEPAGE}/releases/download/v${VERSION}/${archive}`,
      sha256: SUMS.get(archive),
      calls: [
        ["bin", "mm"],
        ["man1", "man/mm.1"],
        ["doc", "THIRD_PARTY_NOTICES.txt"],
        ["completions", `${dirname(BINARY)}/mm`, "completion"],
      ],
    });
  });

  test("names no other file and no other sum", () => {
    const formula = renderFormula(VERSION, SUMS);
    expect(formula.match(/^ *url "/gmu)).toHaveLength(BRANCHES.length);
    expect(formula.match(/^ *sha256 "/gmu)).toHaveLength(BRANCHES.length);
  });

  testInRuby("has no branch for an archive without a sum", () => {
    const sums = new Map(SUMS);
    sums.delete(`mm-v${VERSION}-darwin-x64.tar.gz`);
    const formula = renderFormula(VERSION, sums);
    expect(load(formula, "macos", "intel").said).not.toHaveProperty("url");
    expect(load(formula, "macos", "arm").said.url).toEndWith("darwin-arm64.tar.gz");
  });

  testInRuby("has a test that fails for a program of another version", () => {
    const { code, err } = load(renderFormula("9.9.9", SUMS), "linux", "intel");
    expect(code).toBe(1);
    expect(err).toContain(`"mm ${VERSION}" is not "mm 9.9.9"`);
  });
});
