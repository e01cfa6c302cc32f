import { existsSync, readFileSync } from "node:fs";
import type { Entry } from "./archive.ts";
import { NOTICES } from "./notices.ts";
import { ROOT } from "./project.ts";
import { binaryName, type Target } from "./targets.ts";

/** The path of each shell's completion script in an archive. */
const COMPLETIONS = {
  bash: "completions/mm.bash",
  zsh: "completions/_mm",
  fish: "completions/mm.fish",
  powershell: "completions/mm.ps1",
} as const;

/** The README and all that it links to, so that the links work in an archive too. */
const DOCUMENTS = [
  "LICENSE",
  "man/mm.1",
  ...["*.md", "docs/**/*.{md,json,png,svg}"].flatMap((pattern) => [
    ...new Bun.Glob(pattern).scanSync(ROOT),
  ]),
].sort();

/** The paths that an archive of this target must contain, in no particular order. */
export function requiredParts(target: Target): string[] {
  return [binaryName(target), ...DOCUMENTS, NOTICES, ...Object.values(COMPLETIONS)];
}

/** @throws Error naming the parts that are missing, empty or unexpected */
export function checkParts(entries: readonly Entry[], target: Target): void {
  const required = requiredParts(target);
  const whole = entries.filter((entry) => entry.bytes.length > 0).map((entry) => entry.path);
  const missing = required.filter((path) => !whole.includes(path));
  if (missing.length > 0) throw new Error(`${target.name} lacks ${missing.join(", ")}`);
  const foreign = whole.filter((path) => !required.includes(path));
  if (foreign.length > 0) throw new Error(`${target.name} should not have ${foreign.join(", ")}`);
}

/** Reads the documents from a folder with the archive's layout. Skips missing ones. */
export function readDocuments(root: string): Entry[] {
  return DOCUMENTS.filter((path) => existsSync(`${root}/${path}`)).map((path) => ({
    path,
    bytes: readFileSync(`${root}/${path}`),
  }));
}

/** The completion scripts that the program prints. @throws Error if it has none for one of the shells */
export function printedCompletions(program: string): Entry[] {
  return Object.entries(COMPLETIONS).map(([shell, path]) => {
    const { exitCode, stdout, stderr } = Bun.spawnSync([program, "completion", shell]);
    if (exitCode === 0) return { path, bytes: new Uint8Array(stdout) };
    throw new Error(`mm completion ${shell} exited with ${exitCode}: ${stderr}`);
  });
}
