import { createHash } from "node:crypto";
import type { Target } from "./targets.ts";

/** A package in the lockfile: its name and version, its source, its dependencies and its hash. */
export type Locked = readonly [string, string, Needs?, string?];

interface Needs {
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
}

export interface Lockfile {
  readonly workspaces: {
    readonly "": { readonly dependencies: Record<string, string> };
  };
  readonly packages: Record<string, Locked>;
}

/** Parses the text of `bun.lock`. */
export function parseLockfile(text: string): Lockfile {
  return Bun.JSONC.parse(text) as Lockfile;
}

/** @throws Error if the lockfile doesn't have the package */
export function lockedPackage({ packages }: Lockfile, name: string): Locked {
  const locked = packages[name];
  if (locked === undefined) throw new Error(`bun.lock has no ${name}`);
  return locked;
}

/** The locked name and version of a package. */
export function resolved([text]: Locked): { name: string; version: string } {
  const at = text.lastIndexOf("@");
  return { name: text.slice(0, at), version: text.slice(at + 1) };
}

/** @throws Error if the tarball doesn't have the locked hash */
export function checkIntegrity(locked: Locked, tarball: Uint8Array): void {
  const sum = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  if (sum === locked[3]) return;
  throw new Error(`the tarball of ${locked[0]} is ${sum}; bun.lock has ${locked[3]}`);
}

/** The lockfile's keys of a package's direct dependencies. */
export function neededBy({ packages }: Lockfile, name: string): string[] {
  const { dependencies, optionalDependencies } = packages[name]?.[2] ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies })
    .map((needed) => (`${name}/${needed}` in packages ? `${name}/${needed}` : needed))
    .filter((key) => key in packages);
}

/** The lockfile's keys of these packages and of everything they depend on. */
export function withDependencies(lock: Lockfile, names: readonly string[]): Set<string> {
  const found = new Set(names.filter((name) => name in lock.packages));
  for (const name of found) {
    for (const needed of neededBy(lock, name)) found.add(needed);
  }
  return found;
}

/** The package with Bun's executable for the target. */
export function runtimePackage(target: Target): string {
  return `@oven/${target.bun.replace("arm64", "aarch64")}`;
}
