import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { releaseTime } from "./changelog.ts";
import { NOTICES, renderNotices } from "./notices.ts";
import { packRelease } from "./pack.ts";
import { printedCompletions, readDocuments } from "./parts.ts";
import { ROOT, VERSION } from "./project.ts";
import { buildTarget, checkProgram, refusal, signTarget, stagedBinary } from "./stage.ts";
import { nativeTarget, parseTarget, TARGETS, type Target } from "./targets.ts";

const USAGE = `Usage: bun run release [build] [sign] [pack] [options]

Without a step, it runs all three. It stages binaries in dist/stage/ and writes the release to dist/release/.

  --snapshot        allow a version without a date in CHANGELOG.md
  --require-signed  fail if a Mac binary has no valid signature, instead of leaving it out
  --only <targets>  of ${TARGETS.map((target) => target.name).join(", ")}; separated by commas
  --out <folder>    instead of dist
`;
const STEPS = ["build", "sign", "pack"];

function parseArguments(argv: readonly string[]) {
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
    targets: values.only?.split(",").map(parseTarget) ?? TARGETS,
  };
}

type Arguments = ReturnType<typeof parseArguments>;

/** The targets that may be released. Warns about the others. */
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
    throw new Error(`${native?.name ?? "no target"} prints the completions: release it too`);
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
  const args = parseArguments(argv);
  if (args.help) {
    console.log(USAGE);
    return;
  }
  // The names of modules in the binary are relative to the working directory.
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
