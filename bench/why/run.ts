import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { createHost } from "../../src/host/host.ts";
import type { LineAnswer } from "../../src/why/answer.ts";
import { whyLine } from "../../src/why/line.ts";
import { writeTranscript } from "../../tests/support/made-transcripts.ts";
import { fastImport, MadeHistory, type MadeLine, writerOf } from "./made-history.ts";

const COMMITS = 500;
const HOUR_MS = 3_600_000;
/** One transcript in so many is gone. */
const GONE = 7;
const MM = `${import.meta.dir}/../../dist/mm`;

function run(argv: readonly string[], cwd: string, env: Record<string, string>, stdin = ""): void {
  const { success, stderr } = Bun.spawnSync([...argv], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdin: Buffer.from(stdin),
    stdout: "ignore",
    stderr: "pipe",
  });
  if (!success) throw new Error(`${argv.join(" ")} failed: ${stderr}`);
}

/**
 * What an answer was worth. `certain` has to name who put the line there; where git takes a move for one of the lines
 * around, that is who wrote it. `likely` may name who wrote it before another one moved or restored it, and `nobody` is
 * right where no agent put it there.
 */
function verdict({ certainty, author, commit }: LineAnswer, line: MadeLine): string {
  const named = author?.session.externalId ?? null;
  const isWriter = named === writerOf(line);
  const isUnmoved = commit?.subject === `commit ${line.wroteIn}`;
  const isRight = named === line.owner || (isWriter && (certainty === "likely" || isUnmoved));
  return `${certainty}: ${isRight ? "right" : "wrong"}`;
}

function makeRepository(folder: string, home: string, history: MadeHistory): void {
  const env = { HOME: home };
  run(["git", "init", "-q", "-b", "main", "."], folder, env);
  run(["git", "fast-import", "--quiet"], folder, env, [...fastImport(history.commits)].join(""));
  run(["git", "checkout", "-q", "main"], folder, env);
}

async function main(): Promise<void> {
  const top = realpathSync(mkdtempSync(`${tmpdir()}/mm-why-`));
  const [home, folder] = [`${top}/home`, `${top}/shop`];
  for (const each of [home, folder]) mkdirSync(each);
  try {
    const start = Date.now() - (COMMITS + 24) * 2 * HOUR_MS;
    const history = new MadeHistory([folder, `${top}/worktree`], start, COMMITS);
    makeRepository(folder, home, history);
    run(["git", "worktree", "add", "-q", `${top}/worktree`], folder, { HOME: home });
    const paths = history.sessions.map((session) => writeTranscript(home, session.agent, session));
    run([MM, "backfill"], folder, { HOME: home, MM_HOME: `${home}/mm` });
    for (const [n, path] of paths.entries()) if (n % GONE === 0) rmSync(path);
    Object.assign(process.env, { HOME: home, MM_HOME: `${home}/mm` });
    process.chdir(folder);
    const { context } = createHost();
    const counts = new Map<string, number>();
    const before = process.cpuUsage();
    let asked = 0;
    for (const [path, lines] of history.files) {
      for (const [at, line] of lines.entries()) {
        const answer = await whyLine(context, { path: `${folder}/${path}`, line: at + 1 }, null);
        const found = verdict(answer, line);
        if (process.argv.includes("--wrong") && found.endsWith("wrong"))
          process.stderr.write(
            `${found} ${path}:${at + 1} ${JSON.stringify(line)} ${answer.author?.session.externalId} ${answer.reason} ${answer.commit?.subject}\n`,
          );
        counts.set(found, (counts.get(found) ?? 0) + 1);
        asked++;
      }
    }
    const { user, system } = process.cpuUsage(before);
    const perSecond = asked / ((user + system) / 1e6);
    context.close();
    const nobodys = [...history.files.values()].flat().filter(({ owner }) => owner === null).length;
    process.stdout.write(
      `${COMMITS} commits, ${history.sessions.length} sessions, ${asked} lines, ${nobodys} of them by no agent\n`,
    );
    for (const name of [...counts.keys()].sort())
      process.stdout.write(`  ${name} ${counts.get(name)}\n`);
    process.stdout.write(`${perSecond.toFixed(0)} answers a second of CPU beside git's\n`);
  } finally {
    process.chdir("/");
    rmSync(top, { recursive: true, force: true });
  }
}

await main();
