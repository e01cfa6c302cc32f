import { HOMEPAGE } from "../src/upgrade/distribution.ts";
import { sha256 } from "./code-directory.ts";
import {
  type Locked,
  parseLockfile,
  resolved,
  runtimePackage,
  withDependencies,
} from "./lockfile.ts";
import { DESCRIPTION, LICENSE } from "./project.ts";
import { TARGETS } from "./targets.ts";

/** The packages of Bun's runtime, which is the larger part of every binary. */
const RUNTIMES = TARGETS.map(runtimePackage);

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function component(locked: Locked, shipped: boolean) {
  const { name: path, version } = resolved(locked);
  const [name, group] = path.split("/").toReversed();
  const content = Buffer.from(locked[3]?.replace(/^sha512-/u, "") ?? "", "base64").toString("hex");
  return {
    type: RUNTIMES.includes(path) ? "platform" : "library",
    "bom-ref": purl(path, version),
    ...(group === undefined ? {} : { group }),
    name,
    version,
    // What only builds and tests mm is named, and is no part of it.
    scope: shipped ? "required" : "excluded",
    ...(content === "" ? {} : { hashes: [{ alg: "SHA-512", content }] }),
    purl: purl(path, version),
  };
}

function dependencyGraph(root: string, shipped: readonly string[]) {
  const leaves = shipped.map((ref) => ({ ref, dependsOn: [] as string[] }));
  return [{ ref: root, dependsOn: shipped }, ...leaves];
}

/** A CycloneDX 1.6 bill of materials, from the text of `bun.lock`; `time` is in milliseconds. */
export function renderSbom(lockfile: string, version: string, time: number): string {
  const lock = parseLockfile(lockfile);
  const direct = [...Object.keys(lock.workspaces[""].dependencies), ...RUNTIMES];
  const shipped = withDependencies(lock, direct);
  const components = Object.entries(lock.packages)
    .map(([name, locked]) => component(locked, shipped.has(name)))
    .toSorted((a, b) => (a["bom-ref"] < b["bom-ref"] ? -1 : 1));
  const root = `pkg:generic/mm@${version}`;
  const required = components.filter((each) => each.scope === "required");
  const bom = {
    metadata: {
      timestamp: new Date(time).toISOString(),
      component: {
        type: "application",
        "bom-ref": root,
        name: "mm",
        version,
        description: DESCRIPTION,
        licenses: [{ license: { id: LICENSE } }],
        purl: root,
        externalReferences: [{ type: "website", url: HOMEPAGE }],
      },
    },
    components,
    dependencies: dependencyGraph(
      root,
      required.map((each) => each["bom-ref"]),
    ),
  };
  const head = {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}`,
    version: 1,
  };
  return `${JSON.stringify({ ...head, ...bom }, null, 2)}\n`;
}

/** An id that is the same for the same text. */
function uuidOf(text: string): string {
  return Bun.randomUUIDv5(sha256(Buffer.from(text)).toString("hex"), "url");
}
