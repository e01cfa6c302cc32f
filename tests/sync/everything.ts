import { has, type Tool } from "../support/tools.ts";

// Runs all tests of sync, the long ones too, on each kind of server. It takes half an hour.

const NEEDED: readonly Tool[] = ["openssl", "pgbouncer", "postgresql"];
const KINDS = ["installed", "pooled", "18"];
const LONG = [...new Bun.Glob("tests/sync/long/*.ts").scanSync()].map((path) => `./${path}`);

const missing = NEEDED.filter((tool) => !has(tool));
if (missing.length > 0) {
  console.error(`missing: ${missing.join(", ")}`);
  process.exit(1);
}
const failed = KINDS.filter((kind) => {
  console.log(`\n${kind}:`);
  const argv = ["test", "--timeout", "600000", "tests/sync", ...LONG];
  const env = { ...process.env, MM_TEST_POSTGRES: kind, MM_TEST_ROUNDS: "20" };
  const stdio = ["ignore", "inherit", "inherit"] as const;
  return !Bun.spawnSync([process.execPath, ...argv], { env, stdio: [...stdio] }).success;
});
console.log(failed.length === 0 ? "\nEverything holds." : `\nFailed: ${failed.join(", ")}`);
process.exit(failed.length);
