import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { PUBLISHED, type Upgrade, upgradeOf } from "../../src/upgrade/distribution.ts";
import { installDir } from "../../src/upgrade/install-dir.ts";
import { upgradeText } from "../../src/upgrade/text.ts";
import { World } from "../support/world.ts";

/** What `mm upgrade` says of a copy at this path once there are releases. */
function textOf(executable: string): string {
  return upgradeText(executable, upgradeOf(executable, null, true), true);
}

test("says how this copy is upgraded, and does nothing", async () => {
  const path = "/home/ada/.local/bin/mm";
  expect(textOf(path)).toBe(`This mm is where the install script puts it: /home/ada/.local/bin/mm
For the latest version, run
  curl -fsSL https://github.com/mm-sessions/mm/releases/latest/download/install.sh | sh
`);
  using world = new World();
  world.executable = path;
  const now = upgradeText(path, upgradeOf(path, null));
  expect(await world.mm("upgrade")).toEqual({ code: 0, out: now, err: "" });
  expect(world.files()).toEqual([]);
});

test("before the first release it names nothing to run from elsewhere", () => {
  const path = "/home/ada/.local/bin/mm";
  expect(
    upgradeText(path, upgradeOf(path, null, false), false),
  ).toBe(`This mm was installed by hand: /home/ada/.local/bin/mm
No release has been published yet. For the latest version, update your copy of the
source, build it, and install it the same way again.
`);
});

test("for a copy installed by hand there is only the releases page", () => {
  expect(textOf("/opt/\x1b[31m/mm")).toBe(`This mm was installed by hand: /opt/\\x1b[31m/mm
For the latest version, replace that file with the one from
  https://github.com/mm-sessions/mm/releases/latest
`);
});

test("the links that lead to it are followed; --json", async () => {
  using world = new World();
  const keg = `${world.folder}/Cellar/mm/0.1.0/bin`;
  mkdirSync(keg, { recursive: true });
  writeFileSync(`${keg}/mm`, "");
  world.executable = `${world.folder}/mm`;
  symlinkSync(`${keg}/mm`, world.executable);
  expect(await world.json("upgrade")).toEqual({
    method: "homebrew",
    executable: `${keg}/mm`,
    command: PUBLISHED ? "brew upgrade mm-sessions/tap/mm" : null,
    folder: null,
    releases: "https://github.com/mm-sessions/mm/releases",
  });
});

test("in a project it names the folder", () => {
  expect(textOf("/srv/app/node_modules/@mm-sessions/mm-linux-x64/bin/mm")).toContain(
    "run in /srv/app\n  npm install @mm-sessions/mm@latest\n",
  );
});

describe("MM_INSTALL_DIR", () => {
  /** A copy in the folder `opt`, and what upgrades it where the variable says this. */
  async function upgrade(world: World, told: string): Promise<Upgrade> {
    mkdirSync(`${world.folder}/opt`, { recursive: true });
    writeFileSync(`${world.folder}/opt/mm`, "");
    world.executable = `${world.folder}/opt/mm`;
    world.env = { ...world.env, MM_INSTALL_DIR: told };
    const published = upgradeOf(world.executable, installDir(world.env, world.executable), true);
    expect(await world.json("upgrade")).toMatchObject({ method: published.method });
    return published;
  }

  test.each(["", "/", "//", "/../opt"])(
    "names the folder that it is in, with %p behind",
    async (end) => {
      using world = new World();
      const { method, command } = await upgrade(world, `${world.folder}/opt${end}`);
      expect(method).toBe("script");
      expect(command).toContain(` | MM_INSTALL_DIR=${world.folder}/opt`);
      expect(command).toEndWith(" sh");
    },
  );

  test("may be a link to it", async () => {
    using world = new World();
    symlinkSync("opt", `${world.folder}/link`);
    const { command } = await upgrade(world, `${world.folder}/link`);
    expect(command).toContain(`MM_INSTALL_DIR=${world.folder}/link sh`);
  });

  test("says nothing where it names another folder, or none", async () => {
    using world = new World();
    mkdirSync(`${world.folder}/other`);
    writeFileSync(`${world.folder}/other/mm`, "");
    for (const told of [
      "",
      "opt",
      "./opt",
      `${world.folder}/other`,
      `${world.folder}/none`,
      "/a\nb",
    ]) {
      expect(await upgrade(world, told)).toMatchObject({ method: "manual", command: null });
    }
  });
});
