import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Entry, tarGz, zip } from "./archive.ts";
import { renderFormula } from "./formula.ts";
import { NOTICES } from "./notices.ts";
import { mainPackage, type NpmPackage, platformPackage } from "./npm.ts";
import { checkParts } from "./parts.ts";
import { renderSbom } from "./sbom.ts";
import { renderScoop } from "./scoop.ts";
import { stagedBinary } from "./stage.ts";
import { checksums, writeSums } from "./sums.ts";
import { archiveName, binaryName, type Target } from "./targets.ts";

const INSTALLERS = ["install.sh", "install.ps1"];

/** What a release is built from. */
export interface Sources {
  /** The repository's root. */
  readonly root: string;
  readonly stage: string;
  readonly version: string;
  /** The time of every file, in milliseconds. */
  readonly time: number;
  /** Documents and completions: everything in an archive except the binary. */
  readonly parts: readonly Entry[];
}

/** Writes a release of these targets into a new folder. Their binaries must be staged and signed. */
export function packRelease(sources: Sources, targets: readonly Target[], folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(`${folder}/npm`, { recursive: true });
  for (const target of targets) writeArchive(sources, target, folder);
  writeNpmPackages(sources, targets, folder);
  const { root, version, time } = sources;
  for (const name of INSTALLERS) copyFileSync(`${root}/packaging/${name}`, `${folder}/${name}`);
  const sbom = renderSbom(readFileSync(`${root}/bun.lock`, "utf8"), version, time);
  writeFileSync(`${folder}/mm-v${version}.cdx.json`, sbom);
  const sums = checksums(folder);
  writeFileSync(`${folder}/mm.rb`, renderFormula(version, sums));
  writeFileSync(`${folder}/mm.json`, renderScoop(version, sums));
  writeSums(folder);
}

function binary({ stage }: Sources, target: Target): Entry {
  const bytes = readFileSync(stagedBinary(stage, target));
  return { path: binaryName(target), bytes, isProgram: true };
}

function writeArchive(sources: Sources, target: Target, folder: string): void {
  const entries = [binary(sources, target), ...sources.parts];
  checkParts(entries, target);
  const packer = target.os === "windows" ? zip : tarGz;
  const bytes = packer(entries, sources.time);
  writeFileSync(`${folder}/${archiveName(target, sources.version)}`, bytes);
}

function writeNpmPackages(sources: Sources, targets: readonly Target[], folder: string): void {
  const write = ({ file, entries }: NpmPackage) =>
    writeFileSync(`${folder}/npm/${file}`, tarGz(entries, sources.time));
  const named = (...paths: string[]) => sources.parts.filter((part) => paths.includes(part.path));
  const shim = readFileSync(`${sources.root}/packaging/npm-shim.cjs`);
  write(mainPackage(sources.version, targets, shim, named("LICENSE", "README.md")));
  for (const target of targets) {
    const { bytes } = binary(sources, target);
    write(platformPackage(sources.version, target, bytes, named("LICENSE", NOTICES)));
  }
}
