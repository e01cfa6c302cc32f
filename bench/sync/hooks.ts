import { existsSync, readdirSync, statSync } from "node:fs";
import { hook } from "./calls.ts";
import { BenchHome, startDurable } from "./machines.ts";
import { quantile } from "./measured.ts";
import { millionEvents } from "./volume.ts";

const CALLS = 300;
const SESSION = "0482db63-51f0-4d0e-9c6b-0d1c8f6a7b21";

function told(name: string, times: readonly number[]): void {
  const [half, most] = [0.5, 0.99].map((share) => quantile(times, share).toFixed(1));
  console.log(`${name.padEnd(44)} p50 ${half} ms, p99 ${most} ms, ${times.length} calls`);
}

/** Measures how long hook calls take while a million events of the same home are pushed. */
export async function measureHooks(): Promise<void> {
  await using server = await startDurable();
  using home = new BenchHome(server.url(await server.newDatabase()), "laptop", millionEvents());
  await home.mm("sync", "init");
  await hook(home, "SessionStart", SESSION);
  const alone: number[] = [];
  for (let call = 0; call < CALLS; call++) alone.push(await hook(home, "PostToolUse", SESSION));
  told("hook calls alone", alone);
  let isOver = false;
  const push = home.mm("sync", "push").finally(() => {
    isOver = true;
  });
  const beside: number[] = [];
  while (!isOver) beside.push(await hook(home, "PostToolUse", SESSION));
  const { seconds } = await push;
  told(`hook calls beside a push of ${seconds.toFixed(0)} s`, beside);
  const log = `${home.database}-wal`;
  const megabytes = existsSync(log) ? statSync(log).size / 1e6 : 0;
  const spool = `${home.folder}/spool`;
  const spooled = existsSync(spool) ? readdirSync(spool).length : 0;
  console.log(`  the log afterwards: ${megabytes.toFixed(1)} MB; spooled calls: ${spooled}`);
}
