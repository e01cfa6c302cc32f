import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { releaseTime } from "./changelog.ts";
import { NOTICES, renderNotices } from "./notices.ts";
import { packRelease } from "./pack.ts";
import { printedCompletions, readDocuments } from "./parts.ts";
import { ROOT, VERSION } from "./project.ts";
import { buildTarget, checkProgram, refusal, signTarget, stagedBinary } from "./stage.ts";
import { findTarget, nativeTarget, TARGETS, type Target } from "./targets.ts";

const USAGE = `Usage: bun run release [build] [sign] [pack] [options]

Without a step it takes all three. Binaries are staged in dist/stage/, the release is written to dist/release/.

  --snapshot        also a version that CHANGELOG.md gives no date yet
  --require-signed  fail, rather than leave out a Mac binary that has no valid signature
  --only <targets>  of ${TARGETS.map((target) => target.name).join(", ")}; separated by commas
  --out <folder>    instead of dist
`;
const STEPS = ["build", "sign", "pack"];

function readArguments(argv: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      snapshot: { type: "boolean", default: false },
      "require-signed": { type: "boolean", default: false },
      only: { type: "string" },
      out: { type: "string", default: `${ROOT}/dist` },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  const unknown = positionals.find((word) => !STEPS.includes(word));
  if (unknown !== undefined) throw new Error(`no such step: ${unknown}\n${USAGE}`);
  return {
    ...values,
    out: resolve(values.out),
    steps: positionals.length === 0 ? STEPS : positionals,
    targets: values.only?.split(",").map(findTarget) ?? TARGETS,
  };
}

type Arguments = ReturnType<typeof readArguments>;

/** The targets that may be given to people; says which may not, and why. */
function releasable(stage: string, { targets, "require-signed": required }: Arguments): Target[] {
  return targets.filter((target) => {
    const reason = refusal(stage, target);
    if (reason === undefined) return true;
    const words = `${target.name} is ${reason}`;
    if (required) throw new Error(words);
    console.warn(`${words}; it stays out of the archives, the sums, the formula and npm`);
    return false;
  });
}

function pack(stage: string, time: number, args: Arguments): void {
  const native = nativeTarget();
  if (native === undefined || !args.targets.includes(native)) {
    throw new Error(`completions are printed by ${native?.name ?? "no target"}: release it too`);
  }
  const program = stagedBinary(stage, native);
  const targets = releasable(stage, args);
  checkProgram(program);
  const notices = { path: NOTICES, bytes: Buffer.from(renderNotices(ROOT)) };
  const parts = [...readDocuments(ROOT), notices, ...printedCompletions(program)];
  const folder = `${args.out}/release`;
  packRelease({ root: ROOT, stage, version: VERSION, time, parts }, targets, folder);
  console.log(readFileSync(`${folder}/SHA256SUMS`, "utf8").trimEnd());
}

async function release(argv: readonly string[]): Promise<void> {
  const args = readArguments(argv);
  if (args.help) {
    console.log(USAGE);
    return;
  }
  // Bun names each module in the binary by its path from the working directory.
  process.chdir(ROOT);
  const time = releaseTime(readFileSync(`${ROOT}/CHANGELOG.md`, "utf8"), VERSION, {
    snapshot: args.snapshot,
    sourceDateEpoch: process.env["SOURCE_DATE_EPOCH"],
  });
  const stage = `${args.out}/stage`;
  if (args.steps.includes("build")) {
    for (const target of args.targets) await buildTarget(stage, target);
  }
  if (args.steps.includes("sign")) {
    for (const target of args.targets) signTarget(stage, target);
  }
  if (args.steps.includes("pack")) pack(stage, time, args);
}

try {
  await release(process.argv.slice(2));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
