import { expect } from "bun:test";
import { chownSync, mkdirSync } from "node:fs";
import { oldSessions } from "../support/old-sessions.ts";
import { countThere, LOCAL_COUNTS, Peer } from "../support/postgres/peer.ts";
import { stageOfFile } from "../support/postgres/stage.ts";
import { needs } from "../support/tools.ts";

const test = needs("postgresql", "root", "unshare");
const stageOf = stageOfFile();
/** Who runs the server. */
const NOBODY = 65_534;

function run(...argv: string[]): void {
  const { success, stderr } = Bun.spawnSync(argv);
  if (!success) throw new Error(`${argv.join(" ")}: ${stderr}`);
}

test("a server whose disk is full is named, and has all once there is room", async () => {
  const stage = await stageOf();
  const { server } = stage;
  const disk = `${server.folder}/small`;
  mkdirSync(disk);
  run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk);
  try {
    chownSync(disk, NOBODY, NOBODY);
    await server.run(`CREATE TABLESPACE small LOCATION '${disk}'`);
    await server.run("CREATE DATABASE crowded TABLESPACE small");
    using laptop = await Peer.join(stage, "crowded", "laptop");
    await laptop.record("one");
    await laptop.push();
    laptop.exec(oldSessions("bulk", 2000, 20));
    const before = laptop.rows(LOCAL_COUNTS);
    for (let time = 0; time < 2; time++) {
      const { code, out, err } = await laptop.mm("sync", "push");
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(err).toMatch(
        /^mm: 127\.0\.0\.1:\d+ has no room left on its disk\n {2}hint: free some/u,
      );
    }
    expect(laptop.rows(LOCAL_COUNTS)).toEqual(before);
    expect(await laptop.json("sync", "status")).toMatchObject({
      problem: { message: expect.stringContaining("has no room left") },
      quarantined: 0,
    });
    run("mount", "-o", "remount,size=128m", disk);
    await laptop.push();
    expect([await countThere(stage, "crowded")]).toEqual(before as never);
  } finally {
    await server.run("DROP DATABASE IF EXISTS crowded WITH (FORCE)");
    run("umount", "-l", disk);
  }
});
