import { readdirSync, readFileSync } from "node:fs";

/** The processes that were started with this home, whoever their parents are by now. */
function processesOf(home: string): number[] {
  const ids = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  return ids.map(Number).filter((id) => {
    try {
      return readFileSync(`/proc/${id}/environ`, "utf8").split("\0").includes(`HOME=${home}`);
    } catch {
      return false;
    }
  });
}

function commandOf(id: number): string {
  try {
    return readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

/** Waits until none of a home has such a command. One that is being started has no environment for a moment. */
async function untilNone(home: string, command: RegExp): Promise<void> {
  for (let looks = 0; looks < 2; looks++) {
    await Bun.sleep(20);
    if (processesOf(home).some((id) => command.test(commandOf(id)))) looks = -1;
  }
}

/** Waits until no hook of a home is at work any more: what an agent hands on may outlast it. */
export async function hooksAreDone(home: string): Promise<void> {
  await untilNone(home, / hook /u);
}

/** Waits until nothing of a home is at work any more that `mm` has left behind. */
export async function nothingIsLeft(home: string): Promise<void> {
  await untilNone(home, / hook | backfill /u);
}

/** Kills every process of a home, also those that are started meanwhile. */
export async function killAll(home: string): Promise<void> {
  for (let ids = processesOf(home); ids.length > 0; ids = processesOf(home)) {
    for (const id of ids) {
      try {
        process.kill(id, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
    // One that is dying has no environment any more.
    do await Bun.sleep(5);
    while (ids.some(isAlive));
  }
}

function isAlive(id: number): boolean {
  try {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    return !/^[ZX]/u.test(stat.slice(stat.lastIndexOf(")") + 2));
  } catch {
    return false;
  }
}

interface Listed {
  readonly pid: number;
  /** 0 for none. */
  readonly terminal: number;
}

function listed(pid: number): Listed[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return [{ pid, terminal: Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[4]) }];
  } catch {
    return [];
  }
}

/** Kills every process that shares the terminal of this one. */
export function killInTerminal(pid: number): void {
  const [{ terminal } = { terminal: 0 }] = listed(pid);
  const all = readdirSync("/proc").filter((name) => /^\d+$/u.test(name));
  const found = all.map(Number).flatMap(listed);
  for (const one of found) {
    if (terminal !== 0 && one.terminal === terminal) process.kill(one.pid, "SIGKILL");
  }
}
