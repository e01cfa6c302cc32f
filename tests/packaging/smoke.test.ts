import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { dirname } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { BINARY, Sandbox } from "../support/binary.ts";

const SMOKE = `${dirname(dirname(import.meta.dir))}/packaging/smoke.sh`;

function smoke(box: Sandbox, program: string, version = packageJson.version) {
  const env = { ...box.env(), TMPDIR: box.folder };
  const child = Bun.spawnSync(["sh", SMOKE, program, version], { env });
  return { code: child.exitCode, out: child.stdout.toString(), err: child.stderr.toString() };
}

test("the smoke test of a release passes on this mm", () => {
  using box = new Sandbox();
  const { code, out, err } = smoke(box, BINARY);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toStartWith(`mm ${packageJson.version} works on `);
});

test.each([
  ["another version", BINARY, "0.0.1", "mm --version"],
  ["a program that only knows its version", "echo mm 1.2.3", "1.2.3", "the first start"],
  [
    "one that never resumes",
    `case $1 in --version) echo mm 1.2.3;; *) echo '{"session_id":"x","resumed":false}';; esac`,
    "1.2.3",
    "the second start",
  ],
])("and fails on %s", (_, program, version, said) => {
  using box = new Sandbox();
  const stub = `${box.folder}/mm`;
  writeFileSync(stub, `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  const { code, err } = smoke(box, program === BINARY ? BINARY : stub, version);
  expect(code).toBe(1);
  expect(err).toStartWith(`${said}: expected `);
});
