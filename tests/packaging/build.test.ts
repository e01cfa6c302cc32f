import { expect, test } from "bun:test";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { refuseErrors } from "../../build.ts";
import { sha256 } from "../../packaging/code-directory.ts";
import { ROOT } from "../../packaging/project.ts";
import { checkProgram } from "../../packaging/stage.ts";
import { BINARY, Sandbox } from "../support/binary.ts";
import { bundledPackages } from "../support/packages.ts";
import { needs } from "../support/tools.ts";

test("the binary has the same bytes when it is built from a copy elsewhere", () => {
  using box = new Sandbox();
  const libraries = [...bundledPackages().keys()].map((name) => `node_modules/${name}`);
  const files = ["build.ts", "bytecode-order.txt", "package.json", "tsconfig.json", "src"];
  for (const path of [...files, ...libraries])
    cpSync(`${ROOT}/${path}`, `${box.folder}/a copy/${path}`, { recursive: true });
  const cwd = `${box.folder}/a copy`;
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "build.ts"], { cwd });
  expect({ exitCode, err: stderr.toString() }).toEqual({ exitCode: 0, err: "" });
  expect(sha256(readFileSync(`${cwd}/dist/mm`))).toEqual(sha256(readFileSync(BINARY)));
});

test("nothing but the binary is left of a build", () => {
  expect(readdirSync(dirname(BINARY)).filter((name) => name.endsWith(".map"))).toEqual([]);
});

test("a build without bytecode, which Bun calls a success, is refused", async () => {
  using box = new Sandbox();
  const entry = `${box.folder}/entry.ts`;
  // The whole consola has a line that Bun can't turn into valid CommonJS.
  writeFileSync(
    entry,
    `import ${JSON.stringify(`${ROOT}/node_modules/consola/dist/index.mjs`)};\n`,
  );
  const result = await Bun.build({
    entrypoints: [entry],
    target: "bun",
    format: "cjs",
    bytecode: true,
    compile: { outfile: `${box.folder}/program` },
    throw: false,
  });
  expect(() => refuseErrors(result)).toThrow("Failed to generate bytecode");
});

test("the program is asked for its version and for its bytecode", () => {
  checkProgram(BINARY);
});

test.each([
  ["is another version", "echo mm 9.9.9", 'prints "mm 9.9.9\\n", not mm'],
  ["is plain Bun", "echo 1.4.5", 'prints "1.4.5\\n", not mm'],
  ["says more", "echo mm 0.1.0; echo more", "not mm 0.1.0"],
  ["has no bytecode", "echo mm 0.1.0", "starts without its bytecode"],
])("a program that %s is refused", (_, script, words) => {
  using box = new Sandbox();
  const program = `${box.folder}/mm`;
  writeFileSync(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  expect(() => checkProgram(program)).toThrow(words);
});

needs("strip")("a stripped program is refused", () => {
  using box = new Sandbox();
  const program = `${box.folder}/mm`;
  expect(Bun.spawnSync(["strip", "-o", program, BINARY]).exitCode).toBe(0);
  expect(() => checkProgram(program)).toThrow("--version prints");
});
