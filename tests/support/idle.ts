import { readdirSync, readFileSync } from "node:fs";

const LOOKS = 10;
const BETWEEN_MS = 20;

/** The processor time of all threads of a process, in ticks; null where one of them runs or wants to, or it has ended. */
function sleepingAt(pid: number): number | null {
  let ticks = 0;
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
      // Its name, in brackets, may hold anything.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] !== "S") return null;
      ticks += Number(fields[11]) + Number(fields[12]);
    }
  } catch {
    return null;
  }
  return ticks;
}

/** Returns when a process does nothing but wait for something, as for a lock. */
export async function untilItWaits(child: Bun.Subprocess): Promise<void> {
  let before: number | null = null;
  for (let quiet = 0; quiet < LOOKS && child.exitCode === null; ) {
    const now = sleepingAt(child.pid);
    quiet = now !== null && now === before ? quiet + 1 : 0;
    before = now;
    await Bun.sleep(BETWEEN_MS);
  }
}
