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
    await Bun.sleep(5);
  }
}
