import { availableParallelism, cpus, loadavg, release, type } from "node:os";
import type { Binaries } from "./binaries.ts";
import type { Stopwatch } from "./stopwatch.ts";
import type { Volumes } from "./volumes.ts";

/** What the figures depend on besides `mm`. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly memory: string;
  readonly disk: string;
  readonly mm: string;
  readonly bun: string;
  readonly stopwatch: string;
  /** The load average of the last minute before the start. */
  readonly load: number;
}

export function describeMachine(
  volumes: Volumes,
  binaries: Binaries,
  stopwatch: Stopwatch,
  load: number,
): Machine {
  const { disk, memory } = volumes;
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

/** Ratios stay fair on a busy machine, but a few hundred calls don't average out its noise. */
export function busyNotes({ load, cores }: Machine): string[] {
  if (load <= cores / 2) return [];
  return ["The machine was busy at the start: don't trust small differences."];
}

export function machineText(machine: Machine): string {
  const { cpu, cores, kernel, memory, disk, mm, bun, stopwatch, load } = machine;
  return [
    `- ${cpu}, ${cores} cores, load ${load.toFixed(2)} before the start`,
    `- ${kernel}`,
    `- memory file system: ${memory}; disk: ${disk}; the binaries are on the first that can run them`,
    `- ${mm}, Bun ${bun}, timed by ${stopwatch}`,
  ].join("\n");
}
