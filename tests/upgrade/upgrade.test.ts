import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { World } from "../support/world.ts";

test("says how this copy is upgraded, and does nothing", async () => {
  using world = new World();
  world.executable = "/home/ada/.local/bin/mm";
  expect(await world.mm("upgrade")).toEqual({
    code: 0,
    out: `This mm is where the install script puts it: /home/ada/.local/bin/mm
For the latest version, run
  curl -fsSL https://github.com/mm-sessions/mm/releases/latest/download/install.sh | sh
`,
    err: "",
  });
  expect(world.files()).toEqual([]);
});

test("for a copy installed by hand there is only the releases page", async () => {
  using world = new World();
  world.executable = "/opt/\x1b[31m/mm";
  expect((await world.mm("upgrade")).out).toBe(`This mm was installed by hand: /opt/\\x1b[31m/mm
For the latest version, replace that file by the one in
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
    command: "brew upgrade mm-sessions/tap/mm",
    folder: null,
    releases: "https://github.com/mm-sessions/mm/releases",
  });
});

test("in a project it names the folder", async () => {
  using world = new World();
  world.executable = "/srv/app/node_modules/@mm-sessions/mm-linux-x64/bin/mm";
  expect((await world.mm("upgrade")).out).toContain(
    "run in /srv/app\n  npm install @mm-sessions/mm@latest\n",
  );
});

describe("MM_INSTALL_DIR", () => {
  /** A copy in the folder `opt`, and what upgrades it where the variable says this. */
  async function upgrade(world: World, told: string) {
    mkdirSync(`${world.folder}/opt`, { recursive: true });
    writeFileSync(`${world.folder}/opt/mm`, "");
    world.executable = `${world.folder}/opt/mm`;
    world.env = { ...world.env, MM_INSTALL_DIR: told };
    return await world.json("upgrade");
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
