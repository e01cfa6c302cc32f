import { measureFleet } from "./fleet.ts";
import { measureHooks } from "./hooks.ts";
import { measureVolume } from "./volume.ts";

// `bun run bench:sync [volume] [hooks] [fleet]`: what syncing costs, on a PostgreSQL that it starts itself.

const PARTS: Readonly<Record<string, () => Promise<void>>> = {
  volume: measureVolume,
  hooks: measureHooks,
  fleet: measureFleet,
};

const wanted = process.argv.slice(2);
for (const [name, measure] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) await measure();
}
