import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

// What a call costs, in numbers that are the same on every machine, however busy it is. Who makes a call dearer raises a
// bound here, and says why.

let box: Sandbox;
beforeEach(async () => {
  box = new Sandbox();
  await box.mm(["session", "start"]);
  await box.mm(["hook", "claude", "SessionStart"], { stdin: payloadOf("SessionStart") });
});
afterEach(() => box[Symbol.dispose]());

function payloadOf(event: string): string {
  return JSON.stringify({
    session_id: "s",
    cwd: "/",
    hook_event_name: event,
    source: "startup",
    tool_name: "Bash",
    tool_input: { command: "npm test" },
    tool_response: { stdout: "12 pass" },
    tool_use_id: event,
  });
}

/** Runs a call in a shell's words. */
async function run(before: string, words: readonly string[], after = ""): Promise<string> {
  writeFileSync(`${box.folder}/payload`, payloadOf("PostToolUse"));
  const script = `${before} "$@" <payload >out; ${after}`;
  const child = Bun.spawn(["sh", "-c", script, "sh", BINARY, ...words], {
    cwd: box.folder,
    env: box.env(),
    stdout: "pipe",
  });
  expect(await child.exited).toBe(0);
  return await child.stdout.text();
}

const CALLS = {
  resume: ["session", "start", "--idempotent", "--json"],
  log: ["activity", "log", "--content", "text"],
  hook: ["hook", "claude", "PostToolUse", "1"],
} as const;

type Call = keyof typeof CALLS;

/** What asks for files, not for memory, threads or turns, of which a call makes more on a busy machine. */
const FILES =
  "openat,open,stat,newfstatat,lstat,statx,fstat,access,readlink,read,pread64,preadv2,write,pwrite64,fcntl,ftruncate,fchown,fchmod,unlink,rename,mkdir,getdents64";
const SYNCS = "fsync,fdatasync,sync_file_range,msync";
const OTHERS = "execve,socket,connect";

async function systemCalls(words: readonly string[]): Promise<Map<string, number>> {
  const traced = `-f -qq -c -e trace=${FILES},${SYNCS},${OTHERS}`;
  await run(`strace ${traced} -e 'signal=!all' -o trace`, words);
  const lines = readFileSync(`${box.folder}/trace`, "utf8").split("\n").slice(2);
  const counts = new Map<string, number>();
  for (const line of lines) {
    const [, , , count, ...rest] = line.trim().split(/\s+/u);
    const name = rest.at(-1);
    if (name !== undefined && name !== "total") counts.set(name, Number(count));
  }
  return counts;
}

const sum = (counts: ReadonlyMap<string, number>, names: string) =>
  names.split(",").reduce((total, name) => total + (counts.get(name) ?? 0), 0);

describe("system calls beyond those of --version", () => {
  const traced = needs("strace");

  traced.each([
    ["resume", 120],
    ["log", 155],
    ["hook", 176],
  ] satisfies [Call, number][])(
    "%s: at most %i about files, none that waits for a disk",
    async (call, most) => {
      const floor = await systemCalls(["--version"]);
      const counts = await systemCalls(CALLS[call]);
      const more = sum(counts, FILES) - sum(floor, FILES);
      expect(more).toBeLessThanOrEqual(most);
      expect(sum(counts, SYNCS)).toBe(0);
      // The program itself.
      expect(sum(counts, OTHERS)).toBe(1);
    },
  );
});

needs("strace")("a hook call reads what it is sent without a thread for it", async () => {
  await run("strace -f -qq -e trace=prctl,epoll_pwait2 -e 'signal=!all' -o trace", CALLS.hook);
  const trace = readFileSync(`${box.folder}/trace`, "utf8");
  // The engine names its memory, and now and then starts threads of its own.
  expect(trace).toContain("prctl(");
  expect(trace).not.toContain("Bun Pool");
  expect(trace).not.toContain("epoll_pwait2");
});

needs("strace")("a resume's heap is so small that the engine starts no thread for it", async () => {
  const threads = async (words: readonly string[]) => {
    await run("strace -f -qq -e trace=prctl -e 'signal=!all' -o trace", words);
    return readFileSync(`${box.folder}/trace`, "utf8");
  };
  expect(await threads(CALLS.hook)).toContain("JSCWarmUp");
  expect(await threads(CALLS.resume)).not.toContain("JSCWarmUp");
});

describe.if(process.platform === "linux")("page faults beyond those of --version", () => {
  /** The fewest of some calls: what else runs can only add some. */
  async function faults(words: readonly string[]): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 5; n++) {
      // Those of the children that the shell has waited for (proc(5)).
      const stat = await run("", words, 'read -r stat </proc/$$/stat; echo "$stat"');
      least = Math.min(least, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[8]));
    }
    return least;
  }

  test.each([
    ["resume", 450],
    ["log", 650],
    ["hook", 800],
  ] satisfies [Call, number][])("%s: at most %i", async (call, most) => {
    const more = (await faults(CALLS[call])) - (await faults(["--version"]));
    expect(more).toBeLessThanOrEqual(most);
    expect(more).toBeGreaterThan(100);
  });
});
