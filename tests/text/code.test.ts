import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { redact } from "../../src/text/redact.ts";
import { randomFrom } from "../support/random.ts";

const FOLDER = `${import.meta.dir}/../../node_modules`;
const CODE = /\.(?:[cm]?[jt]sx?|json|md|ya?ml|css|html|sh)$/;
const WANTED = 100_000;
/** Generated lines are longer, and no agent shows them. */
const MOST_CHARS = 5000;

/** Code of others in an order that is always the same: whole files, until there are enough lines. */
function* sample(): Generator<string> {
  const random = randomFrom(9);
  const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
    .filter((name) => CODE.test(name))
    .sort()
    .map((name) => ({ name, order: random() }))
    .sort((a, b) => a.order - b.order);
  for (const { name } of names) {
    const text = readFileSync(`${FOLDER}/${name}`, "utf8");
    if (!text.split("\n").some((line) => line.length > MOST_CHARS)) yield text;
  }
}

test("of 100,000 lines of code at most 40 are altered, and none goes", () => {
  const altered: string[] = [];
  let lines = 0;
  for (const text of sample()) {
    const before = text.split("\n");
    const after = redact(text).split("\n");
    expect(after).toHaveLength(before.length);
    altered.push(...before.filter((line, index) => line !== after[index]));
    lines += before.length;
    if (lines >= WANTED) break;
  }
  expect(lines).toBeGreaterThanOrEqual(WANTED);
  expect(altered.length, altered.join("\n")).toBeLessThanOrEqual(40);
});
