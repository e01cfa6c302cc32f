import { writeFileSync } from "node:fs";
import { compareVersions } from "./beside/versions.ts";
import { makeBinaries } from "./binaries.ts";
import { measureBursts } from "./burst.ts";
import { busyNotes, currentLoad, describeMachine } from "./machine.ts";
import { measureRounds } from "./measure.ts";
import { peakMemory } from "./memory.ts";
import { type Options, parseOptions } from "./options.ts";
import { type Report, reportText } from "./report.ts";
import {
  burstResults,
  emptyResult,
  growthResults,
  memoryResult,
  notMeasured,
  timeResults,
} from "./results.ts";
import { BURSTS, COMMANDS, READING_COMMANDS, SLOW_FSYNC_COMMANDS } from "./rows.ts";
import { Scene } from "./scene.ts";
import { MEMORY_SUFFIX, makeScenes, type Scenes, selected } from "./scenes.ts";
import { searchSection } from "./search.ts";
import { chooseStopwatch } from "./stopwatch.ts";
import type { Result, Section } from "./table.ts";
import { transferSection } from "./transfer.ts";
import { makeVolumes } from "./volumes.ts";

const BACKGROUND_MS = 2000;

/** The scenes whose rows are timed in rounds. */
function timedScenes(scenes: Scenes): Scene[] {
  const { commands, stale, slowFsync, wait } = scenes;
  const others = [stale, slowFsync, wait].filter((scene) => scene instanceof Scene);
  return [...commands.flatMap(({ fresh, large }) => [fresh, large]), ...others];
}

function slowFsyncResults(scene: Scenes["slowFsync"], only: string): Result[] {
  if (scene === null) return [];
  if (scene instanceof Scene) return timeResults(scene);
  return selected(SLOW_FSYNC_COMMANDS, only).map((row) => notMeasured(row, scene));
}

function memoryResults(scenes: Scenes, options: Options): Result[] {
  const [pair] = scenes.commands;
  if (pair === undefined) return [];
  const { fresh, large } = pair;
  return selected([...COMMANDS, ...READING_COMMANDS], options.only, MEMORY_SUFFIX).map((row) =>
    memoryResult(row, fresh, peakMemory(row, [fresh, large], options.effort.memoryRuns)),
  );
}

async function burstSection(scene: Scene | null, bursts: number): Promise<Section> {
  const title = "Many at once: the slowest against an even share of two cores";
  if (scene === null) return { title, results: [] };
  const { results, note } = await measureBursts(
    scene,
    BURSTS.filter((row) => scene.rows.includes(row)),
    bursts,
  );
  return {
    title: note === null ? title : `${title} (${note})`,
    results: burstResults(scene, results, note === null),
  };
}

async function measure(scenes: Scenes, options: Options): Promise<Section[]> {
  const burst = await burstSection(scenes.burst, options.effort.bursts);
  const memory = memoryResults(scenes, options);
  // The last hook may still be at work in the background.
  if (scenes.wait !== null) await Bun.sleep(BACKGROUND_MS);
  for (const scene of [...timedScenes(scenes), scenes.burst]) scene?.verify();
  const timed = scenes.commands.filter(({ fresh }) => fresh.rows.length > 0);
  const commandResults = timed.flatMap(({ fresh, large }) => [
    emptyResult(fresh),
    ...timeResults(fresh),
    ...timeResults(large),
  ]);
  const sections = [
    { title: "Commands against an empty program", results: commandResults },
    { title: "Large database against a fresh one", results: timed.flatMap(growthResults) },
    {
      title: "Sessions that were never ended",
      results: scenes.stale === null ? [] : timeResults(scenes.stale),
    },
    {
      title: "How long an agent waits for a hook",
      results: scenes.wait === null ? [] : timeResults(scenes.wait),
    },
    burst,
    { title: "Slow fsync", results: slowFsyncResults(scenes.slowFsync, options.only) },
    { title: "Peak memory", results: memory },
  ];
  return sections.filter(({ results }) => results.length > 0);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.bun !== null) return await compareVersions(options.bun, options);
  const load = currentLoad();
  const started = performance.now();
  const volumes = makeVolumes();
  const folders = [volumes.memory, volumes.disk].flatMap((volume) => volume?.folder ?? []);
  const binaries = await makeBinaries(volumes.disk.folder, options.binary, folders);
  const stopwatch = chooseStopwatch();
  const machine = describeMachine(volumes, binaries, stopwatch, load);
  const scenes = makeScenes(volumes, binaries, options.only);
  measureRounds(timedScenes(scenes), stopwatch, options.effort);
  const sections = await measure(scenes, options);
  const search = searchSection(volumes.memory ?? volumes.disk, binaries, options.only);
  if (search.results.length > 0) sections.push(search);
  const transfer = transferSection(volumes.memory ?? volumes.disk, binaries, options.only);
  if (transfer.results.length > 0) sections.push(transfer);
  if (sections.length === 0) {
    console.error(`no row's name contains '${options.only}'`);
    process.exit(2);
  }
  const report: Report = {
    machine,
    calls: Math.max(0, ...timedScenes(scenes).map((scene) => scene.sampleCount)),
    seconds: Math.round((performance.now() - started) / 1000),
    notes: [...busyNotes(machine), ...volumes.notes],
    sections,
  };
  console.log(reportText(report));
  if (options.jsonFile !== null) {
    writeFileSync(options.jsonFile, `${JSON.stringify(report, null, 2)}\n`);
  }
}

await main();
