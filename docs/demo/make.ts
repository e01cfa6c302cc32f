import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { buildIfStale } from "../../build.ts";
import { Cast } from "./cast.ts";
import { Recorder } from "./recorder.ts";
import { atWork, play, prepare } from "./scene.ts";
import { writeScreens } from "./screens.ts";
import { movingPicture, type Size } from "./svg.ts";

const SIZE: Size = { columns: 92, rows: 15 };
const TITLE =
  "mm in a terminal: installing hooks, watching agents, finding a session and resuming it";

/** Does something with a home in which agents were at work. It needs bash, git and tmux. */
async function withCast<Result>(work: (cast: Cast) => Promise<Result>): Promise<Result> {
  await buildIfStale();
  // Not in a temporary folder, of which `mm hooks install` would warn.
  const home = mkdtempSync(`${homedir()}/.mm-`);
  try {
    const cast = new Cast(home, process.env["PATH"] ?? "");
    prepare(cast);
    return await work(cast);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The README's moving picture, from real runs of the binary. */
export async function makeDemo(): Promise<string> {
  return await withCast(async (cast) => {
    using recorder = new Recorder(cast.home, `${cast.home}/shop`, SIZE, cast.env);
    await recorder.until(/\$/u);
    await play(recorder, cast);
    const frames = recorder.frames.map((frame) => ({
      ...frame,
      lines: frame.lines.map((line) => line.replaceAll(cast.home, "/home/ada")),
    }));
    return movingPicture(frames, SIZE, TITLE, recorder.still);
  });
}

if (import.meta.main) {
  writeFileSync(`${import.meta.dir}/../demo.svg`, await makeDemo());
  await withCast(async (cast) => {
    atWork(cast);
    await writeScreens(cast);
  });
}
