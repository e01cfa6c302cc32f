import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { tarGz } from "../../packaging/archive.ts";
import { parseLockfile, runtimePackage } from "../../packaging/lockfile.ts";
import { ROOT } from "../../packaging/project.ts";
import { runtimeIn } from "../../packaging/runtime.ts";
import { parseTarget, TARGETS } from "../../packaging/targets.ts";

const LINUX = parseTarget("linux-arm64-musl");
const WINDOWS = parseTarget("windows-x64");

/** A tarball with this file, and a lockfile that names it as the target's. */
function locked(target: typeof LINUX, path: string) {
  const tarball = tarGz([{ path, bytes: Buffer.from("an executable") }], 0);
  const sum = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
  const name = runtimePackage(target);
  const lock = { workspaces: { "": { dependencies: {} } } };
  return {
    tarball,
    lock: { ...lock, packages: { [name]: [`${name}@1.0.0`, "", {}, sum] } },
  } as const;
}

test.each([
  [LINUX, "package/bin/bun"],
  [WINDOWS, "package/bin/bun.exe"],
])("the executable comes out of the locked tarball: %p", (target, path) => {
  const { lock, tarball } = locked(target, path);
  expect(Buffer.from(runtimeIn(lock, target, tarball)).toString()).toBe("an executable");
  const other = Buffer.from(tarball);
  other[other.length - 1] = (other[other.length - 1] ?? 0) ^ 1;
  expect(() => runtimeIn(lock, target, other)).toThrow("bun.lock has sha512-");
});

test("a locked tarball without the executable is refused", () => {
  const { lock, tarball } = locked(LINUX, "package/bin/bun.exe");
  expect(() => runtimeIn(lock, LINUX, tarball)).toThrow("has no package/bin/bun");
});

test("the lockfile has the runtime of every target, at the version that builds", () => {
  const { packages } = parseLockfile(readFileSync(`${ROOT}/bun.lock`, "utf8"));
  for (const target of TARGETS) {
    const name = runtimePackage(target);
    expect(packages[name]?.[0]).toBe(`${name}@${Bun.version}`);
    expect(packages[name]?.[3]).toMatch(/^sha512-/u);
  }
});
