import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { doctor } from "../support/doctor.ts";
import { HookWorld } from "../support/hook-world.ts";

let world: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  world.env = { HOME: world.folder, MM_HOME: `${world.folder}/file` };
});
afterEach(() => world[Symbol.dispose]());

const COMMANDS: readonly string[] = [
  "session start",
  "session end",
  "session list",
  "session events",
  "session show",
  "session delete abcdef --force",
  "gc --older-than 1d --yes",
  "session export abcdef",
  "ps",
  "stats",
  "search x",
  "resume",
  "note x",
  "config list",
  "config set capture none",
  "hooks install claude --yes",
  "hooks uninstall claude",
  "mcp status",
  "backfill",
  "mcp install claude --yes",
];

describe("a home that is no folder", () => {
  const FILE = (path: string) => writeFileSync(path, "mine");
  const PIPE = (path: string) => void Bun.spawnSync(["mkfifo", path]);
  const DEVICE = (path: string) => symlinkSync("/dev/null", path);

  test.each(COMMANDS)("is what `mm %s` says", async (words) => {
    FILE(`${world.folder}/file`);
    const { code, out, err } = await world.mm(...words.split(" "));
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: [
        `mm: MM_HOME names a file, not a folder: ${world.folder}/file`,
        "  hint: set it to a folder, or unset it to use ~/.memtomem",
        "",
      ].join("\n"),
    });
    expect(readFileSync(`${world.folder}/file`, "utf8")).toBe("mine");
  });

  test.each([
    ["a file", FILE],
    ["a pipe or a device", PIPE],
    ["a pipe or a device", DEVICE],
    ["a link that leads nowhere", (path: string) => symlinkSync("gone", path)],
  ])("is named where MM_HOME is %s, also by doctor and by hooks status", async (what, make) => {
    make(`${world.folder}/file`);
    const problem = `MM_HOME names ${what}, not a folder: ${world.folder}/file`;
    const { out } = await world.mm("session", "start", "--json");
    expect(JSON.parse(out)).toMatchObject({ error: { code: "invalid_home", message: problem } });
    for (const words of [[], ["--fix"]]) {
      const { ok, findings } = await doctor(world, ...words);
      expect(ok).toBe(false);
      expect(findings.filter(({ severity }) => severity === "problem")).toMatchObject([
        {
          check: "home",
          what: problem,
          mend: "set it to a folder, or unset it to use ~/.memtomem",
        },
      ]);
    }
    const status = await world.mm("hooks", "status");
    expect(status.out).toContain(`Events are lost: ${problem}\n`);
  });

  test("is named where it is the usual one", async () => {
    FILE(`${world.folder}/.memtomem`);
    world.env = { HOME: world.folder };
    const { code, err } = await world.mm("session", "list");
    expect({ code, err }).toEqual({
      code: 1,
      err: `mm: the home is a file, not a folder: ${world.folder}/.memtomem\n  hint: move it away, or set MM_HOME to another folder\n`,
    });
  });

  test("keeps no command that runs another from it, and no hook speaks", async () => {
    FILE(`${world.folder}/file`);
    world.program = () => 3;
    expect((await world.mm("session", "wrap", "--", "make")).code).toBe(3);
    await world.hook("claude", "Stop", '{"session_id":"c1"}');
    expect(existsSync(world.outside)).toBe(true);
    // What was lost is told once there is a home.
    rmSync(`${world.folder}/file`);
    const { out } = await world.mm("hooks", "status", "--json");
    expect(JSON.parse(out)).toMatchObject({
      lost_events: { count: 1, reasons: { unwritable: 1 } },
    });
  });

  test("may be a link to a folder", async () => {
    symlinkSync(world.folder, `${world.folder}/file`);
    expect((await world.mm("session", "start")).code).toBe(0);
  });
});
