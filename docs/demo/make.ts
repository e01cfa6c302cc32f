import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { buildIfStale } from "../../build.ts";
import { Cast } from "./cast.ts";
import { Recorder } from "./recorder.ts";
import { play, prepare } from "./scene.ts";
import { movingPicture, type Size } from "./svg.ts";

const SIZE: Size = { columns: 90, rows: 17 };
const TITLE =
  "mm in a terminal: installing hooks, watching agents, finding a session and resuming it";

/** Makes the README's moving picture from real runs of the binary. It needs bash, git and tmux. */
export async function makeDemo(): Promise<string> {
  await buildIfStale();
  // Not in a temporary folder, of which `mm hooks install` would warn.
  const home = mkdtempSync(`${homedir()}/.mm-`);
  try {
    const cast = new Cast(home, process.env["PATH"] ?? "");
    prepare(cast);
    using recorder = new Recorder(home, `${home}/shop`, SIZE, cast.env);
    await recorder.until(/\$/u);
    await play(recorder, cast);
    const frames = recorder.frames.map((frame) => ({
      ...frame,
      lines: frame.lines.map((line) => line.replaceAll(home, "/home/ada")),
    }));
    return movingPicture(frames, SIZE, TITLE, recorder.still);
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

if (import.meta.main) writeFileSync(`${import.meta.dir}/../demo.svg`, await makeDemo());
