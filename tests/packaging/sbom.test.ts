import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { ROOT, VERSION } from "../../packaging/project.ts";
import { renderSbom } from "../../packaging/sbom.ts";
import { TARGETS } from "../../packaging/targets.ts";
import { bundledPackages } from "../support/packages.ts";

const SUM = "ab".repeat(64);
const INTEGRITY = `sha512-${Buffer.from(SUM, "hex").toString("base64")}`;

const SMALL = JSON.stringify({
  workspaces: { "": { dependencies: { shipped: "1.0.0" } } },
  packages: {
    "@of/tool": ["@of/tool@2.0.0", "", { optionalDependencies: { inner: "3.0.0", gone: "1.0.0" } }],
    "@oven/bun-linux-x64": ["@oven/bun-linux-x64@1.4.5", "", {}, INTEGRITY],
    inner: ["inner@3.0.0", "", {}],
    shipped: ["shipped@1.0.0", "", { dependencies: { inner: "1.0.0" } }],
    "shipped/inner": ["inner@1.0.0", "", {}],
  },
});

const BILL = {
  $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  serialNumber: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u),
  metadata: {
    timestamp: "1970-01-01T00:00:00.000Z",
    component: {
      type: "application",
      name: "mm",
      version: "1.2.3",
      "bom-ref": "pkg:generic/mm@1.2.3",
      description: packageJson.description,
      licenses: [{ license: { id: "Apache-2.0" } }],
      purl: "pkg:generic/mm@1.2.3",
      externalReferences: [{ url: packageJson.homepage, type: "website" }],
    },
  },
  components: [
    {
      type: "library",
      name: "tool",
      group: "@of",
      version: "2.0.0",
      "bom-ref": "pkg:npm/%40of/tool@2.0.0",
      scope: "excluded",
      purl: "pkg:npm/%40of/tool@2.0.0",
    },
    {
      type: "platform",
      name: "bun-linux-x64",
      group: "@oven",
      version: "1.4.5",
      "bom-ref": "pkg:npm/%40oven/bun-linux-x64@1.4.5",
      scope: "required",
      hashes: [{ alg: "SHA-512", content: SUM }],
      purl: "pkg:npm/%40oven/bun-linux-x64@1.4.5",
    },
    {
      type: "library",
      name: "inner",
      version: "3.0.0",
      "bom-ref": "pkg:npm/inner@3.0.0",
      scope: "excluded",
      purl: "pkg:npm/inner@3.0.0",
    },
    {
      type: "library",
      name: "shipped",
      version: "1.0.0",
      "bom-ref": "pkg:npm/shipped@1.0.0",
      scope: "required",
      purl: "pkg:npm/shipped@1.0.0",
    },
    {
      type: "library",
      name: "inner",
      version: "1.0.0",
      "bom-ref": "pkg:npm/inner@1.0.0",
      scope: "required",
      purl: "pkg:npm/inner@1.0.0",
    },
  ],
  dependencies: [
    {
      ref: "pkg:generic/mm@1.2.3",
      dependsOn: ["pkg:npm/shipped@1.0.0", "pkg:npm/%40oven/bun-linux-x64@1.4.5"],
    },
    { ref: "pkg:npm/%40of/tool@2.0.0", dependsOn: ["pkg:npm/inner@3.0.0"] },
    { ref: "pkg:npm/%40oven/bun-linux-x64@1.4.5" },
    { ref: "pkg:npm/inner@3.0.0" },
    { ref: "pkg:npm/shipped@1.0.0", dependsOn: ["pkg:npm/inner@1.0.0"] },
    { ref: "pkg:npm/inner@1.0.0" },
  ],
};

describe("the bill of materials", () => {
  const lockfile = readFileSync(`${ROOT}/bun.lock`, "utf8");
  const text = renderSbom(lockfile, VERSION, Date.UTC(2026, 10, 23));
  const bom = JSON.parse(text);

  test("says what every package is and what it needs, as CycloneDX 1.6 wants it", () => {
    expect(JSON.parse(renderSbom(SMALL, "1.2.3", 0))).toEqual(BILL);
  });

  test("names what every binary contains, with hashes, and what only builds it", () => {
    const libraries = [...bundledPackages()];
    const required = bom.components.filter((c: { scope: string }) => c.scope === "required");
    expect(required.map((c: { purl: string }) => c.purl)).toEqual(
      expect.arrayContaining([
        ...libraries.map(([name, version]) => `pkg:npm/${name.replace("@", "%40")}@${version}`),
        `pkg:npm/%40oven/bun-darwin-x64@${packageJson.devDependencies.bun}`,
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
