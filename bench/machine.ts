import { availableParallelism, cpus, loadavg, release, type } from "node:os";
import type { Binaries } from "./binaries.ts";
import type { Places } from "./places.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** What the figures depend on beside `mm`. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly memory: string;
  readonly disk: string;
  readonly mm: string;
  readonly bun: string;
  readonly stopwatch: string;
  /** Processes that wanted to run in the last minute, before the start. */
  readonly load: number;
}

export function describeMachine(
  places: Places,
  binaries: Binaries,
  stopwatch: Stopwatch,
  load: number,
): Machine {
  const { disk, memory } = places;
  return {
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    kernel: `${type()} ${release()} ${process.arch}`,
    memory: memory === null ? "none" : memory.fileSystem,
    disk: disk.fileSystem,
    mm: Bun.spawnSync([binaries.mm, "--version"]).stdout.toString().trim(),
    bun: Bun.version,
    stopwatch: stopwatch.name,
    load,
  };
}

export function currentLoad(): number {
  return loadavg()[0] ?? 0;
}

/** Ratios stay fair on a busy machine, but its noise doesn't cancel in a few hundred calls. */
export function busyNotes({ load, cores }: Machine): string[] {
  if (load <= cores / 2) return [];
  return ["The machine was busy with other things at the start: don't trust small differences."];
}

export function machineText(machine: Machine): string {
  const { cpu, cores, kernel, memory, disk, mm, bun, stopwatch, load } = machine;
  return [
    `- ${cpu}, ${cores} cores, load ${load.toFixed(2)} before the start`,
    `- ${kernel}`,
    `- memory file system: ${memory}; disk: ${disk}; the binaries lie on the first that can run them`,
    `- ${mm}, Bun ${bun}, timed by ${stopwatch}`,
  ].join("\n");
}
