import { describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { renderNotices } from "../../packaging/notices.ts";
import { ROOT } from "../../packaging/project.ts";
import { Sandbox } from "../support/binary.ts";

const PACKAGES = Object.keys(packageJson.dependencies);

/** With those that packages bring along. */
const INSTALLED = [...PACKAGES, "@modelcontextprotocol/core", "@preact/signals-core"];

/** A root folder with everything that the notices are made from. */
function root(box: Sandbox): string {
  const licence = "node_modules/bun-types/docs/project/license.mdx";
  const installed = [...INSTALLED, "bun-types"].map((name) => `node_modules/${name}/package.json`);
  mkdirSync(`${box.folder}/node_modules`);
  for (const path of [
    "bun.lock",
    "packaging/LGPL-2.1.txt",
    "packaging/LiteLLM-MIT.txt",
    licence,
    ...installed,
  ])
    cpSync(`${ROOT}/${path}`, `${box.folder}/${path}`);
  for (const name of INSTALLED)
    writeFileSync(`${box.folder}/node_modules/${name}/LICENSE`, `terms of ${name}\r\n`);
  return box.folder;
}

describe("the notices", () => {
  test("have the licence of each package in the binary, of Bun and of what is in Bun", () => {
    const text = renderNotices(ROOT);
    for (const [name, version] of Object.entries(packageJson.dependencies))
      expect(text).toContain(`\n${name} ${version}\n===`);
    expect(text).toContain(`\nbun ${packageJson.devDependencies.bun}\n===`);
    // From citty, consola twice, diff, jsonc-parser, and the list of prices.
    for (const owner of ["Pooya Parsa", "Nate Moore", "Kevin Decker", "(c) Microsoft", "Berri AI"])
      expect(text).toContain(owner);
    for (const part of ["JavaScriptCore", "boringssl", "sqlite", "zlib", "mimalloc", "tinycc"])
      expect(text).toContain(part);
    expect(text).toContain("GNU LESSER GENERAL PUBLIC LICENSE");
    expect(text).not.toMatch(/\r|^title: /mu);
  });

  test("have every licence file of a package, with the same line ends", () => {
    using box = new Sandbox();
    writeFileSync(`${root(box)}/node_modules/diff/NOTICE.md`, "more terms of diff\n");
    expect(renderNotices(box.folder)).toContain("\n\nterms of diff\n\nmore terms of diff\n\n");
  });

  test.each(PACKAGES)("are refused without a licence of %s", (name) => {
    using box = new Sandbox();
    rmSync(`${root(box)}/node_modules/${name}/LICENSE`);
    expect(() => renderNotices(box.folder)).toThrow(`${name} has no licence file`);
    rmSync(`${box.folder}/node_modules/${name}`, { recursive: true });
    expect(() => renderNotices(box.folder)).toThrow(`${name} is not installed`);
  });

  test("are refused where another version is installed than was locked", () => {
    using box = new Sandbox();
    writeFileSync(`${root(box)}/node_modules/bun-types/package.json`, '{"version":"1.0.0"}');
    expect(() => renderNotices(box.folder)).toThrow(
      "bun-types is installed as 1.0.0; bun.lock has",
    );
  });
});
