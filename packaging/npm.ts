import { HOMEPAGE, NPM_SCOPE } from "../src/upgrade/distribution.ts";
import type { Entry } from "./archive.ts";
import { DESCRIPTION, LICENSE } from "./project.ts";
import { binaryName, type Target } from "./targets.ts";

const MAIN = `${NPM_SCOPE}/mm`;

/** An npm package, with the files of its tarball. */
export interface NpmPackage {
  /** The name that `npm pack` gives the tarball. */
  readonly file: string;
  readonly entries: readonly Entry[];
}

function manifest(name: string, version: string, rest: object): Entry {
  const fields = {
    name,
    version,
    description: DESCRIPTION,
    license: LICENSE,
    homepage: HOMEPAGE,
    repository: { type: "git", url: `git+${HOMEPAGE}.git` },
    publishConfig: { access: "public" },
    ...rest,
  };
  return { path: "package.json", bytes: Buffer.from(`${JSON.stringify(fields, null, 2)}\n`) };
}

function npmPackage(name: string, version: string, entries: readonly Entry[]): NpmPackage {
  return {
    file: `${name.slice(1).replace("/", "-")}-${version}.tgz`,
    entries: entries.map((entry) => ({ ...entry, path: `package/${entry.path}` })),
  };
}

/** The package that people install. Its command starts the binary of the platform's package. */
export function mainPackage(
  version: string,
  targets: readonly Target[],
  shim: Uint8Array,
  documents: readonly Entry[],
): NpmPackage {
  const names = targets.map((target) => `${MAIN}-${target.name}`);
  return npmPackage(MAIN, version, [
    manifest(MAIN, version, {
      bin: { mm: "bin/mm.cjs" },
      engines: { node: ">=18" },
      optionalDependencies: Object.fromEntries(names.map((name) => [name, version])),
    }),
    { path: "bin/mm.cjs", bytes: shim, isProgram: true },
    ...documents,
  ]);
}

/** The package of one platform with the binary. Package managers install it only where it can run. */
export function platformPackage(
  version: string,
  target: Target,
  binary: Uint8Array,
  documents: readonly Entry[],
): NpmPackage {
  const name = `${MAIN}-${target.name}`;
  return npmPackage(name, version, [
    manifest(name, version, {
      os: [target.os === "windows" ? "win32" : target.os],
      cpu: [target.arch],
      ...(target.libc === undefined ? {} : { libc: [target.libc] }),
      // Yarn keeps packages in archives, from which no program can run.
      preferUnplugged: true,
    }),
    { path: `bin/${binaryName(target)}`, bytes: binary, isProgram: true },
    ...documents,
  ]);
}
