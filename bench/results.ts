import type { BurstTimes } from "./burst.ts";
import { LARGE_GOAL, MEMORY_GOAL_MB, type Row } from "./rows.ts";
import type { Scene } from "./scene.ts";
import { MEMORY_SUFFIX } from "./scenes.ts";
import type { Result } from "./table.ts";

/** Goals apply only to a memory file system, because disks differ. */
function goalOn(scene: Scene, goal: number | undefined): number | null {
  return scene.volume.name === "memory" ? (goal ?? null) : null;
}

/** Compares each row of a scene with its baseline or the empty program. */
export function timeResults(scene: Scene): Result[] {
  return scene.rows.map((row) => {
    const { ms, ratio } = scene.medians(row);
    return {
      name: row.name,
      database: scene.database,
      on: scene.volume.name,
      ms,
      value: ratio,
      unit: row.baseline === undefined ? "× empty" : "× plain",
      goal: goalOn(scene, row.goal),
    };
  });
}

export function emptyResult(scene: Scene): Result {
  return {
    name: "(empty program)",
    database: "",
    on: scene.volume.name,
    ms: scene.emptyMs,
    value: 1,
    unit: "× empty",
    goal: null,
  };
}

export function growthResults({ fresh, large }: { fresh: Scene; large: Scene }): Result[] {
  return large.rows.map((row) => ({
    name: row.name,
    database: "large",
    on: large.volume.name,
    ms: large.medians(row).ms,
    value: large.medians(row).ms / fresh.medians(row).ms,
    unit: "× fresh",
    goal: goalOn(large, LARGE_GOAL),
  }));
}

export function burstResults(
  scene: Scene,
  times: ReadonlyMap<Row, BurstTimes>,
  pinned: boolean,
): Result[] {
  return [...times].map(([row, { slowestMs, evenShareMs }]) => ({
    name: row.name,
    database: scene.database,
    on: scene.volume.name,
    ms: slowestMs,
    value: slowestMs / evenShareMs,
    unit: "× share",
    goal: pinned ? goalOn(scene, row.goal) : null,
  }));
}

export function memoryResult(row: Row, scene: Scene, peak: number | string): Result {
  return {
    name: `${row.name}${MEMORY_SUFFIX}`,
    database: "both",
    on: scene.volume.name,
    ms: null,
    value: peak,
    unit: "MB",
    goal: MEMORY_GOAL_MB,
  };
}

export function notMeasured(row: Row, why: string): Result {
  return {
    name: row.name,
    database: "",
    on: "",
    ms: null,
    value: why,
    unit: "",
    goal: row.goal ?? null,
  };
}
