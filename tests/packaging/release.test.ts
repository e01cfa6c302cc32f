import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { ROOT, VERSION } from "../../packaging/project.ts";
import { nativeTarget } from "../../packaging/targets.ts";
import { Sandbox } from "../support/binary.ts";
import { needs } from "../support/tools.ts";

const name = nativeTarget()?.name ?? "";
const archive = `mm-v${VERSION}-${name}.tar.gz`;
const box = new Sandbox();
let sums = "";

function release(out: string, words: readonly string[], cwd = ROOT) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    [process.execPath, `${ROOT}/packaging/release.ts`, "--snapshot", "--out", out, ...words],
    { cwd },
  );
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

beforeAll(() => {
  const { code, err, out } = release(`${box.folder}/first`, ["--only", name]);
  if (code !== 0) throw new Error(err);
  sums = out;
});
afterAll(() => box[Symbol.dispose]());

needs("gzip", "tar")("the command makes a release whose program runs from its archive", () => {
  const folder = `${box.folder}/first/release`;
  expect(sums).toBe(readFileSync(`${folder}/SHA256SUMS`, "utf8"));
  expect(sums).toContain(`  ${archive}\n`);
  Bun.spawnSync(["tar", "-xzf", archive], { cwd: folder });
  const { stdout } = Bun.spawnSync([`${folder}/mm`, "--version"]);
  expect(stdout.toString()).toBe(`mm ${VERSION}\n`);
  const completion = readFileSync(`${folder}/completions/mm.bash`, "utf8");
  expect(completion).toBe(Bun.spawnSync([`${folder}/mm`, "completion", "bash"]).stdout.toString());
});

test("an unsigned Mac binary is left out, and the rest, built from elsewhere, has the same bytes", () => {
  const out = `${box.folder}/second`;
  const built = release("second", ["build", "sign", "--only", name], box.folder);
  expect(built).toMatchObject({ code: 0, err: "" });
  mkdirSync(`${out}/stage/darwin-x64`);
  writeFileSync(`${out}/stage/darwin-x64/mm`, "not a program");
  const targets = ["--only", `${name},darwin-x64`];
  const strict = release(out, ["pack", "--require-signed", ...targets]);
  expect(strict).toMatchObject({ code: 1, out: "" });
  expect(strict.err).toContain("error: darwin-x64 is not signed: ");
  const lenient = release(out, ["pack", ...targets]);
  expect(lenient.err).toContain("darwin-x64 is not signed: not a 64-bit Mach-O file; it stays out");
  expect({ code: lenient.code, out: lenient.out }).toEqual({ code: 0, out: sums });
});

test.each([
  [["ship"], "no such step: ship"],
  [["--only", "beos-x64"], "no such target: beos-x64"],
  [["pack", "--only", "darwin-arm64"], "prints the completions"],
  [["pack", "--only", name, "--out", "/nowhere"], "run the step build first"],
])("%p is refused", (words, message) => {
  const { code, err } = release(`${box.folder}/third`, words);
  expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(message) });
});
