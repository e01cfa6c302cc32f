import { expect, test } from "bun:test";
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { BINARY, Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";
import { Trap } from "../support/trap.ts";

// What SECURITY.md tells of the variables that Bun reads before mm does.

const OWN = { code: 0, out: `mm ${packageJson.version}\n` };
const REFUSED = { code: 1, out: "" };
const BUN = { code: 0, out: `${packageJson.devDependencies.bun}\n` };

test.each([
  ["BUN_BE_BUN", "1", BUN],
  ["BUN_BE_BUN", "x", BUN],
  ["BUN_BE_BUN", "", OWN],
  ["BUN_BE_BUN", "0", OWN],
  ["BUN_BE_BUN", "false", OWN],
  ["BUN_BE_BUN", "no", OWN],
  ["BUN_OPTIONS", "--preload=./evil.ts", REFUSED],
  ["BUN_OPTIONS", "--import ./evil.ts", REFUSED],
  ["BUN_OPTIONS", "--config=./bunfig.toml", REFUSED],
  ["BUN_OPTIONS", "--print=1", { code: 0, out: `${OWN.out}undefined\n` }],
  ["BUN_INSPECT", "127.0.0.1:0", REFUSED],
  ["BUN_INSPECT", "ws://127.0.0.1:0/x?wait=1", REFUSED],
  ["BUN_INSPECT_CONNECT_TO", "127.0.0.1:1", OWN],
  ["BUN_INSPECT_PRELOAD", "./evil.ts", REFUSED],
  ["NODE_OPTIONS", "--require ./evil.js", OWN],
  ["NODE_PATH", "./node_modules", OWN],
  ["BUN_CONFIG_FILE", "./bunfig.toml", OWN],
])("%s=%p", async (name, value, expected) => {
  using box = new Sandbox();
  const trap = new Trap(`${box.folder}/repository`);
  const { code, out } = await box.mm(["--version"], { cwd: trap.folder, env: { [name]: value } });
  expect({ code, out }).toEqual(expected);
  expect(trap.sprung()).toBe(false);
});

needs("strip")("BUN_BE_BUN runs a script of the folder, and strip leaves just that", async () => {
  using box = new Sandbox();
  mkdirSync(`${box.folder}/repository`);
  const scripts = { session: "echo the script" };
  await Bun.write(`${box.folder}/repository/package.json`, JSON.stringify({ scripts }));
  const options = { cwd: `${box.folder}/repository`, env: box.env({ BUN_BE_BUN: "1" }) };
  const asBun = Bun.spawnSync([BINARY, "session", "start"], options);
  expect(asBun.stdout.toString()).toBe("the script start\n");

  const stripped = `${box.folder}/mm`;
  copyFileSync(BINARY, stripped);
  chmodSync(stripped, 0o755);
  expect(Bun.spawnSync(["strip", stripped]).exitCode).toBe(0);
  const { stdout } = Bun.spawnSync([stripped, "--version"], { ...options, env: box.env() });
  expect(stdout.toString()).toBe(BUN.out);
  const start = Bun.spawnSync([stripped, "session", "start"], { ...options, env: box.env() });
  expect(start.stdout.toString()).toBe("the script start\n");
});
