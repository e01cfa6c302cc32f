import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { archiveName, binaryName, TARGETS, type Target } from "../../packaging/targets.ts";

/** Everything that these tests make; the last of them removes it. */
export const WORKPLACE = mkdtempSync(`${tmpdir()}/mm-release-`);
export const RELEASE = `${WORKPLACE}/first/release`;

/** A folder with files that have the names under which Bun looks for its executables before it downloads one. */
export function plantedRuntimes(): string {
  const folder = `${WORKPLACE}/planted`;
  mkdirSync(folder);
  for (const target of TARGETS) {
    const name = `${target.bun.replace("arm64", "aarch64")}-v${Bun.version}`;
    writeFileSync(`${folder}/${name}`, "no program");
  }
  return folder;
}

/** Makes a release of all targets; returns its sums. */
export function makeRelease(name: string, cwd = ROOT): string {
  const out = `${WORKPLACE}/${name}`;
  const script = `${ROOT}/packaging/release.ts`;
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, script, "--snapshot", "--require-signed", "--out", out],
    { cwd },
  );
  if (exitCode !== 0) throw new Error(`${stdout}${stderr}`);
  return readFileSync(`${out}/release/SHA256SUMS`, "utf8");
}

/** The binary of a target, unpacked from its archive by the tool that people have; the folder has a space. */
export function unpack(target: Target): string {
  const folder = `${WORKPLACE}/unpacked ${target.name}`;
  mkdirSync(folder, { recursive: true });
  const archive = `${RELEASE}/${archiveName(target, VERSION)}`;
  const tool = target.os === "windows" ? ["unzip", "-qo"] : ["tar", "-xzf"];
  const { exitCode, stderr } = Bun.spawnSync([...tool, archive], { cwd: folder });
  if (exitCode !== 0) throw new Error(stderr.toString());
  return `${folder}/${binaryName(target)}`;
}

export function everyTarget(): [string, Target][] {
  return TARGETS.map((target) => [target.name, target]);
}
