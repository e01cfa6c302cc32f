import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { PUBLISHED } from "../../src/upgrade/distribution.ts";

const FOLDER = `${dirname(dirname(import.meta.dir))}/packaging`;
const powershell = readFileSync(`${FOLDER}/install.ps1`, "utf8");
const shell = readFileSync(`${FOLDER}/install.sh`, "utf8");

// The release runs it on Windows. These tests cover mistakes that a reader overlooks.
describe("install.ps1", () => {
  test("is ASCII: Windows PowerShell reads a file without a mark in the local code page", () => {
    expect([...powershell].filter((character) => character > "~")).toEqual([]);
  });

  test("does nothing if it is cut off: it has only definitions before its last, bracketed line", () => {
    const lines = powershell.trimEnd().split("\n");
    expect(lines.at(-1)).toMatch(/^& \{ Install-Mm .* \}$/u);
    const start = lines.indexOf("function Install-Mm {");
    const end = lines.lastIndexOf("}");
    expect(lines.slice(start + 1, end).filter((line) => /^\S/u.test(line))).toEqual([]);
    expect(lines.slice(end + 1, -1)).toEqual([""]);
  });

  test("verifies, then runs, then replaces", () => {
    const steps = ["Get-FileHash", "Expand-Archive", "Get-Answer $new", "-Destination $target"];
    const places = steps.map((step) => powershell.indexOf(step));
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(places[0]).toBeGreaterThan(0);
  });

  test("runs no text that it has downloaded", () => {
    expect(powershell).not.toMatch(/Invoke-Expression|\biex\b|Start-Process|cmd \/c/iu);
  });
});

test("both scripts download from the project's own page", () => {
  const named = [/^REPOSITORY="(.*)"$/mu.exec(shell), /\$repository = '(.*)'/u.exec(powershell)];
  for (const match of named) expect(`https://github.com/${match?.[1]}`).toBe(packageJson.homepage);
});

test("both scripts use that page once there are releases", () => {
  expect(shell).toContain(`\nPUBLISHED=${PUBLISHED}\n`);
  expect(powershell).toContain(`\n  $published = $${PUBLISHED}\n`);
});

test("both scripts read the same variables", () => {
  const variables = (script: string) => new Set(script.match(/\bMM_[A-Z_]+\b/gu));
  expect(variables(shell)).toEqual(new Set(["MM_INSTALL_DIR", "MM_BASE_URL"]));
  expect(variables(powershell)).toEqual(variables(shell));
});
