import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "../build.ts";
import { VERSION } from "./project.ts";
import { lockedRuntime } from "./runtime.ts";
import { signAdHoc } from "./sign.ts";
import { binaryName, nativeTarget, type Target } from "./targets.ts";
import { signatureProblems } from "./verify-signature.ts";

/** The path of a target's binary between the steps. The file name ends up in the binary's bytes. */
export function stagedBinary(stage: string, target: Target): string {
  return `${stage}/${target.name}/${binaryName(target)}`;
}

/** @throws Error if the binary can't be built or isn't what it should be */
export async function buildTarget(stage: string, target: Target): Promise<void> {
  const folder = `${stage}/${target.name}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const executablePath = `${folder}/bun`;
  writeFileSync(executablePath, lockedRuntime(target), { mode: 0o755 });
  await build(stagedBinary(stage, target), { target: target.bun, executablePath });
  // Source maps are inside the binary, but Bun also writes them next to it.
  for (const name of readdirSync(folder)) {
    if (name !== binaryName(target)) rmSync(`${folder}/${name}`);
  }
  if (target === nativeTarget()) checkProgram(stagedBinary(stage, target));
}

/** @throws Error if the program has another version, or starts without its bytecode */
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

/** Signs a binary without a valid signature. Signatures by a Mac or by Bun stay. */
export function signTarget(stage: string, target: Target): void {
  if (target.os !== "darwin") return;
  const path = stagedBinary(stage, target);
  const bytes = readFileSync(path);
  if (signatureProblems(bytes).length === 0) return;
  try {
    writeFileSync(path, signAdHoc(bytes, "mm"));
  } catch {
    // The next step finds and reports what is wrong with a binary that can't be signed.
  }
}

/** Why a staged binary must not be released; undefined if it may. */
export function refusal(stage: string, target: Target): string | undefined {
  const path = stagedBinary(stage, target);
  if (!existsSync(path)) throw new Error(`${path} is not there: run the step build first`);
  if (target.os !== "darwin") return undefined;
  const problems = signatureProblems(readFileSync(path));
  return problems.length === 0 ? undefined : `not signed: ${problems.join("; ")}`;
}
