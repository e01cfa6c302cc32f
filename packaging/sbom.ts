import { Enums, Models, Serialize, Spec } from "@cyclonedx/cyclonedx-library";
import { HOMEPAGE } from "../src/upgrade/distribution.ts";
import { sha256 } from "./code-directory.ts";
import {
  type Locked,
  type Lockfile,
  neededBy,
  parseLockfile,
  resolved,
  runtimePackage,
  withDependencies,
} from "./lockfile.ts";
import { DESCRIPTION, LICENSE } from "./project.ts";
import { TARGETS } from "./targets.ts";

const { ComponentScope, ComponentType, ExternalReferenceType, HashAlgorithm } = Enums;

/** The packages of Bun's runtime, which makes up most of every binary. */
const RUNTIMES = TARGETS.map(runtimePackage);

const SERIALIZER = new Serialize.JsonSerializer(
  new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6),
);

function component(locked: Locked, isShipped: boolean): Models.Component {
  const { name: path, version } = resolved(locked);
  const [name = "", group] = path.split("/").toReversed();
  const content = Buffer.from(locked[3]?.replace(/^sha512-/u, "") ?? "", "base64").toString("hex");
  const purl = `pkg:npm/${path.replace("@", "%40")}@${version}`;
  const type = RUNTIMES.includes(path) ? ComponentType.Platform : ComponentType.Library;
  return new Models.Component(type, name, {
    bomRef: purl,
    ...(group === undefined ? {} : { group }),
    version,
    // Packages that only build and test mm are listed but excluded.
    scope: isShipped ? ComponentScope.Required : ComponentScope.Excluded,
    hashes: new Models.HashDictionary(content === "" ? [] : [[HashAlgorithm["SHA-512"], content]]),
    purl,
  });
}

function application(version: string, direct: readonly Models.BomRef[]): Models.Component {
  const purl = `pkg:generic/mm@${version}`;
  return new Models.Component(ComponentType.Application, "mm", {
    bomRef: purl,
    version,
    description: DESCRIPTION,
    licenses: new Models.LicenseRepository([new Models.SpdxLicense(LICENSE)]),
    purl,
    externalReferences: new Models.ExternalReferenceRepository([
      new Models.ExternalReference(HOMEPAGE, ExternalReferenceType.Website),
    ]),
    dependencies: new Models.BomRefRepository(direct),
  });
}

/** Every package of the lockfile by its key, with its direct dependencies. */
function componentsOf(lock: Lockfile, direct: readonly string[]): Map<string, Models.Component> {
  const shipped = withDependencies(lock, direct);
  const packages = new Map(
    Object.entries(lock.packages).map(([key, it]) => [key, component(it, shipped.has(key))]),
  );
  for (const [key, { dependencies }] of packages) {
    for (const ref of refsOf(packages, neededBy(lock, key))) dependencies.add(ref);
  }
  return packages;
}

function refsOf(packages: ReadonlyMap<string, Models.Component>, keys: readonly string[]) {
  return keys.flatMap((key) => packages.get(key)?.bomRef ?? []);
}

/** Renders a CycloneDX 1.6 bill of materials from the text of `bun.lock`. `time` is in milliseconds. */
export function renderSbom(lockfile: string, version: string, time: number): string {
  const lock = parseLockfile(lockfile);
  const direct = [...Object.keys(lock.workspaces[""].dependencies), ...RUNTIMES];
  const packages = componentsOf(lock, direct);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      timestamp: new Date(time),
      component: application(version, refsOf(packages, direct)),
    }),
    components: new Models.ComponentRepository(packages.values()),
  });
  bom.serialNumber = `urn:uuid:${uuidOf(serialize(bom))}`;
  return `${serialize(bom)}\n`;
}

function serialize(bom: Models.Bom): string {
  // Keep the lockfile's order: the library would sort lists by this machine's locale.
  return SERIALIZER.serialize(bom, { space: 2 });
}

/** A UUID that depends only on the text. */
function uuidOf(text: string): string {
  return Bun.randomUUIDv5(sha256(Buffer.from(text)).toString("hex"), "url");
}
