import { HOMEPAGE } from "../src/domain/distribution.ts";
import { sha256 } from "./code-directory.ts";
import { DESCRIPTION, LICENSE } from "./project.ts";
import { TARGETS } from "./targets.ts";

/** What the lockfile says of a package: what it resolved to, where from, what it needs, and its hash. */
type Locked = readonly [string, string, { dependencies?: Record<string, string> }?, string?];

interface Lockfile {
  readonly workspaces: {
    readonly "": { readonly dependencies: Record<string, string> };
  };
  readonly packages: Record<string, Locked>;
}

/** The packages of Bun's runtime, which is the larger part of every binary. */
const RUNTIMES = TARGETS.map((target) => `@oven/${target.bun.replace("arm64", "aarch64")}`);

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function component([resolved, , , integrity]: Locked, shipped: boolean) {
  const at = resolved.lastIndexOf("@");
  const [path, version] = [resolved.slice(0, at), resolved.slice(at + 1)];
  const [name, group] = path.split("/").toReversed();
  const content = Buffer.from(integrity?.replace(/^sha512-/u, "") ?? "", "base64").toString("hex");
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

/** The names in the lockfile of all that these names need, themselves included. */
function withDependencies(packages: Lockfile["packages"], names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name) || packages[name] === undefined) return;
    found.add(name);
    for (const dependency of Object.keys(packages[name]?.[2]?.dependencies ?? {})) {
      const nested = `${name}/${dependency}`;
      visit(packages[nested] === undefined ? dependency : nested);
    }
  };
  for (const name of names) visit(name);
  return found;
}

function dependencyGraph(root: string, shipped: readonly string[]) {
  const leaves = shipped.map((ref) => ({ ref, dependsOn: [] as string[] }));
  return [{ ref: root, dependsOn: shipped }, ...leaves];
}

/** A CycloneDX 1.6 bill of materials, from the text of `bun.lock`; `time` is in milliseconds. */
export function renderSbom(lockfile: string, version: string, time: number): string {
  const lock = Bun.JSONC.parse(lockfile) as Lockfile;
  const direct = [...Object.keys(lock.workspaces[""].dependencies), ...RUNTIMES];
  const shipped = withDependencies(lock.packages, direct);
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
