import { describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { unzipSync } from "fflate";
import { type Entry, tarGz, zip } from "../../packaging/archive.ts";
import { Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

const TIME = Date.UTC(2026, 10, 23);
const ENTRIES: Entry[] = [
  { path: "mm", bytes: Buffer.from("program"), isProgram: true },
  { path: "LICENSE", bytes: Buffer.from("terms") },
  { path: "completions/_mm", bytes: Buffer.from("#compdef mm") },
];

function listing(bytes: Uint8Array, command: readonly string[]): string {
  using box = new Sandbox();
  writeFileSync(`${box.folder}/archive`, bytes);
  const { stdout } = Bun.spawnSync([...command, "archive"], {
    cwd: box.folder,
    env: box.env({ TZ: "UTC" }),
  });
  return stdout.toString();
}

describe("a tar archive", () => {
  needs("gzip", "tar")("is sorted, belongs to root and has one time, as tar reads it", () => {
    const lines = listing(tarGz(ENTRIES, TIME), ["tar", "--full-time", "-tvzf"]).trim().split("\n");
    expect(lines.map((line) => line.replaceAll(/ +/gu, " "))).toEqual([
      "-rw-r--r-- root/root 5 2026-11-23 00:00:00 LICENSE",
      "-rw-r--r-- root/root 11 2026-11-23 00:00:00 completions/_mm",
      "-rwxr-xr-x root/root 7 2026-11-23 00:00:00 mm",
    ]);
  });

  test("has the same bytes whatever the order, the machine and the time of day", () => {
    const bytes = tarGz(ENTRIES, TIME);
    expect(tarGz(ENTRIES.toReversed(), TIME)).toEqual(bytes);
    // The gzip header has no time and an unknown system.
    expect([...bytes.subarray(3, 10)]).toEqual([0, 0, 0, 0, 0, 2, 255]);
  });
});

describe("a zip archive", () => {
  needs("unzip")("contains the same files, and the program can be run", () => {
    const files = unzipSync(zip(ENTRIES, TIME));
    expect(Object.keys(files)).toEqual(["LICENSE", "completions/_mm", "mm"]);
    expect(Buffer.from(files["mm"] ?? []).toString()).toBe("program");
    const lines = listing(zip(ENTRIES, TIME), ["unzip", "-Z", "-T"])
      .trim()
      .split("\n")
      .slice(2, -1);
    expect(lines.map((line) => line.replaceAll(/ +/gu, " "))).toEqual([
      expect.stringMatching(/^-rw-r--r-- .* 20261123\.000000 LICENSE$/u),
      expect.stringMatching(/^-rw-r--r-- .* 20261123\.000000 completions\/_mm$/u),
      expect.stringMatching(/^-rwxr-xr-x .* 20261123\.000000 mm$/u),
    ]);
  });

  test("has the same bytes in every time zone", () => {
    const code = `import { zip } from ${JSON.stringify(`${import.meta.dir}/../../packaging/archive.ts`)};
      const bytes = zip([{ path: "mm", bytes: Buffer.from("program") }], ${TIME});
      console.log(Buffer.from(bytes).toString("hex"));`;
    const [here, there] = ["Asia/Tokyo", "America/New_York"].map((TZ) =>
      Bun.spawnSync([process.execPath, "-e", code], {
        env: { ...process.env, TZ },
      }).stdout.toString(),
    );
    expect(here).toBe(there ?? "");
    expect(here).toMatch(/^504b0304/u);
  });
});
