import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { startPager } from "../../src/host/pager.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/mm-pager-`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ENV = { PATH: process.env["PATH"] };
const UMASK = 0o022;

test("it gets all of the text, and is waited for", async () => {
  const pager = startPager(
    ["sh", "-c", 'cat > "$0"; echo done >> "$0"', `${folder}/shown`],
    ENV,
    UMASK,
  );
  const text = "語 ".repeat(100_000);
  expect(await pager?.write(text)).toBe(true);
  expect(await pager?.write("end\n")).toBe(true);
  await pager?.close();
  expect(readFileSync(`${folder}/shown`, "utf8")).toBe(`${text}end\ndone\n`);
});

test("less shows what fits at once, in colours and UTF-8, unless the user says otherwise", async () => {
  const shown = async (env: Readonly<Record<string, string | undefined>>) => {
    const words = ["sh", "-c", 'echo "$LESS|$LESSCHARSET|$BUN_BE_BUN" > "$0"', `${folder}/env`];
    await startPager(words, { ...ENV, ...env }, UMASK)?.close();
    return readFileSync(`${folder}/env`, "utf8");
  };
  expect(await shown({})).toBe("FRX|utf-8|\n");
  expect(await shown({ LESS: "-S" })).toBe("-S|utf-8|\n");
});

test("one that can't be run is none", () => {
  expect(startPager([`${folder}/nope`], ENV, UMASK)).toBeNull();
});

test("one that is left early ends the writing", async () => {
  const pager = startPager(["true"], ENV, UMASK);
  let written = 0;
  while (await pager?.write("x".repeat(65_536))) written++;
  expect(written).toBeLessThan(100_000);
  await pager?.close();
});
