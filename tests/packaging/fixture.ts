import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import type { Entry } from "../../packaging/archive.ts";
import type { Sources } from "../../packaging/pack.ts";
import { requiredParts } from "../../packaging/parts.ts";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { stagedBinary } from "../../packaging/stage.ts";
import { binaryName, type Target } from "../../packaging/targets.ts";

/** All parts of this target's archive except the binary, with some text in each. */
export function fixtureParts(target: Target): Entry[] {
  return requiredParts(target)
    .filter((path) => path !== binaryName(target))
    .map((path) => ({ path, bytes: Buffer.from(`text of ${path}\n`) }));
}

/** A root with installers, and a stage with these binaries, to pack a release from. */
export function fixtureSources(
  folder: string,
  binaries: readonly (readonly [Target, Uint8Array])[],
): Sources {
  const root = `${folder}/root`;
  mkdirSync(`${root}/packaging`, { recursive: true });
  for (const name of ["bun.lock", "packaging/npm-shim.cjs"]) {
    cpSync(`${ROOT}/${name}`, `${root}/${name}`);
  }
  for (const name of ["install.sh", "install.ps1"]) {
    writeFileSync(`${root}/packaging/${name}`, `text of ${name}\n`);
  }
  const stage = `${folder}/stage`;
  for (const [target, bytes] of binaries) {
    mkdirSync(`${stage}/${target.name}`, { recursive: true });
    writeFileSync(stagedBinary(stage, target), bytes, { mode: 0o755 });
  }
  const target = binaries[0]?.[0];
  const parts = target === undefined ? [] : fixtureParts(target);
  return { root, stage, version: VERSION, time: Date.UTC(2026, 10, 23), parts };
}
