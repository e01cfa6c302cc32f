import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { HookWorld } from "../support/hook-world.ts";
import { exported, fill, imported } from "../support/transfer.ts";

let world: HookWorld;
let target: HookWorld;
beforeEach(() => {
  world = new HookWorld();
  target = new HookWorld();
});
afterEach(() => {
  world[Symbol.dispose]();
  target[Symbol.dispose]();
});

const ids = HookWorld.id;
describe("a file that can't be imported", () => {
  test.each<[string, (lines: string[]) => string[], string]>([
    ["is cut short", (l) => l.slice(0, -2), "standard input: it is cut short after line 5"],
    [
      "is cut within a line",
      (l) => [...l.slice(0, 5), (l[5] ?? "").slice(0, 40)],
      "line 6 of standard input: not valid JSON",
    ],
    [
      "lacks an event",
      (l) => l.filter((_, i) => i !== 2),
      "line 6 of standard input: lines are missing: the file has 2 of 2 sessions and 2 of 3 events",
    ],
    [
      "has a session twice",
      (l) => [...l.slice(0, 3), l[1] ?? "", ...l.slice(3)],
      `line 4 of standard input: session ${ids(1)} appears twice`,
    ],
    [
      "has an event of another session",
      (l) => [...l.slice(0, 2), l[4] ?? "", ...l.slice(2)],
      `line 3 of standard input: an event of session ${ids(3)} doesn't follow its session`,
    ],
    [
      "is of a newer mm",
      (l) => [(l[0] ?? "").replace('"version":1', '"version":2'), ...l.slice(1)],
      "line 1 of standard input: it was exported by a newer mm (format 2, this mm knows 1)",
    ],
    ["has no header", (l) => l.slice(1), "line 1 of standard input: not the header of an export"],
    [
      "continues after its end",
      (l) => [...l, l[1] ?? ""],
      "line 8 of standard input: a line follows the end of the export",
    ],
    ["holds something else", () => ["hello"], "line 1 of standard input: not valid JSON"],
    ["holds other JSON", () => ["[1]"], "line 1 of standard input: not a JSON object"],
    ["is empty", () => [], "standard input: it is empty"],
    [
      "lacks a column",
      (l) => l.map((line) => line.replace('"namespace"', '"nam"')),
      'line 2 of standard input: "namespace" is missing',
    ],
    [
      "has a list for a text",
      (l) => l.map((line) => line.replace(/"agent_id":"[^"]*"/u, '"agent_id":[]')),
      "line 2 of standard input: a value can't be a list",
    ],
    [
      "has null for an id",
      (l) => l.map((line) => line.replace(/"agent_id":"[^"]*"/u, '"agent_id":null')),
      'line 2 of standard input: "agent_id" is null',
    ],
  ])("%s: nothing is imported", async (_, change, message) => {
    await fill(world);
    const lines = (await exported(world, "--all", "--format", "jsonl")).trimEnd().split("\n");
    const result = await imported(
      change(lines)
        .map((line) => `${line}\n`)
        .join(""),
      target,
    );
    expect(result).toMatchObject({ code: 1, error: { code: "import_invalid", message } });
    expect(existsSync(target.database)).toBe(false);
    expect(target.files()).toEqual([]);
  });

  test("the next step is different for a file of a newer mm", async () => {
    for (const [line, hint] of [
      ['{"kind":"mm-export","version":2}', "upgrade this mm; nothing was imported"],
      [
        "hello",
        "use a complete, uncompressed file from `mm session export --format jsonl`; nothing was imported",
      ],
    ] as const) {
      expect(await imported(line, target)).toMatchObject({ error: { hint } });
    }
  });

  test("is not UTF-8", async () => {
    target.stdin = new Uint8Array([0x7b, 0xff, 0x0a]);
    const { code, err } = await target.mm("session", "import", "-");
    expect({ code, err: err.split("\n")[0] }).toEqual({
      code: 1,
      err: "mm: line 1 of standard input: not UTF-8 text",
    });
  });

  test("isn't there, or is a folder", async () => {
    expect((await target.mm("session", "import", "/nowhere/x")).err).toContain(
      "can't read /nowhere/x: there is no such file",
    );
    expect((await target.mm("session", "import", target.folder)).err).toContain("it is a folder");
  });
});
