/** How often it is looked whether there is something to give back, in milliseconds. */
const LOOK_MS = 10_000;
/** After so much computing, in microseconds, there is. */
const BUSY_US = 200_000;

/**
 * Gives memory back to the system from time to time. The engine frees what it no longer needs only when it needs
 * more, and a server that waits never does. This keeps no process alive.
 */
export function giveMemoryBack(): void {
  let before = process.cpuUsage();
  const look = () => {
    const { user, system } = process.cpuUsage(before);
    if (user + system < BUSY_US) return;
    Bun.gc(true);
    Bun.shrink();
    before = process.cpuUsage();
  };
  setInterval(look, LOOK_MS).unref();
}
