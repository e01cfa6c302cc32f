/** How often it is looked whether there is something to give back, in milliseconds. */
const LOOK_MS = 10_000;
/** After so much computing, in microseconds, there is. */
const BUSY_US = 200_000;

/** Without the last two compilers a server takes as much time, and touches 6 MB less of the engine. */
const COMPILERS = "BUN_JSC_useDFGJIT";
const NONE = "0";

/** Runs the program anew in this process with one environment variable more, unless it has that already. */
type StartAnew = (variable: string, value: string) => Promise<void>;

/**
 * Makes this process one that stays: it takes less memory, and gives back to the system what it no longer needs, from
 * time to time and whenever it has worked. The engine frees something only when it needs more, and a server that waits
 * never does. This keeps no process alive.
 * @returns gives memory back if a lot was computed since the last time
 */
export async function stay(startAnew: StartAnew): Promise<() => void> {
  await startAnew(COMPILERS, NONE);
  // Programs that this one starts are not meant.
  const { env } = process;
  if (env[COMPILERS] === NONE) delete env[COMPILERS];
  let before = process.cpuUsage();
  const rest = () => {
    const { user, system } = process.cpuUsage(before);
    if (user + system < BUSY_US) return;
    Bun.gc(true);
    Bun.shrink();
    before = process.cpuUsage();
  };
  setInterval(rest, LOOK_MS).unref();
  return rest;
}
