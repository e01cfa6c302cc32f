import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "../build.ts";
import { VERSION } from "./project.ts";
import { lockedRuntime } from "./runtime.ts";
import { signAdHoc } from "./sign.ts";
import { binaryName, nativeTarget, type Target } from "./targets.ts";
import { signatureProblems } from "./verify-signature.ts";

/** Where the binary of a target lies between the steps; its name is a part of its bytes. */
export function stagedBinary(stage: string, target: Target): string {
  return `${stage}/${target.name}/${binaryName(target)}`;
}

/** @throws Error where the binary can't be made, or is not what it should be */
export async function buildTarget(stage: string, target: Target): Promise<void> {
  const folder = `${stage}/${target.name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const executablePath = `${folder}/bun`;
  writeFileSync(executablePath, lockedRuntime(target), { mode: 0o755 });
  await build(stagedBinary(stage, target), { target: target.bun, executablePath });
  // Source maps are inside the binary; Bun also leaves them beside it.
  for (const name of readdirSync(folder)) {
    if (name !== binaryName(target)) rmSync(`${folder}/${name}`);
  }
  if (target === nativeTarget()) checkProgram(stagedBinary(stage, target));
}

/** @throws Error where the program has another version, or starts without its bytecode */
export function checkProgram(program: string): void {
  const env = { PATH: "", BUN_JSC_verboseDiskCache: "1" };
  const { stdout, stderr } = Bun.spawnSync([program, "--version"], { env });
  const [cacheLog, said] = [`${stdout}${stderr}`, stdout.toString()];
  const printed = said.split("\n").filter((line) => line !== "" && !line.startsWith("["));
  if (printed.join("\n") !== `mm ${VERSION}`) {
    throw new Error(`${program} --version prints ${JSON.stringify(said)}, not mm ${VERSION}`);
  }
  if (!cacheLog.includes("Cache hit")) throw new Error(`${program} starts without its bytecode`);
}

/** Signs what has no valid signature; what a Mac has signed, or Bun, stays as it is. */
export function signTarget(stage: string, target: Target): void {
  if (target.os !== "darwin") return;
  const path = stagedBinary(stage, target);
  const bytes = readFileSync(path);
  if (signatureProblems(bytes).length === 0) return;
  try {
    writeFileSync(path, signAdHoc(bytes, "mm"));
  } catch {
    // What can't be signed keeps its problems, which the next step finds and reports.
  }
}

/** Why a staged binary must not be given to anyone; nothing, if it may. */
export function refusal(stage: string, target: Target): string | undefined {
  const path = stagedBinary(stage, target);
  if (!existsSync(path)) throw new Error(`${path} is not there: run the step build first`);
  if (target.os !== "darwin") return undefined;
  const problems = signatureProblems(readFileSync(path));
  return problems.length === 0 ? undefined : `not signed: ${problems.join("; ")}`;
}
