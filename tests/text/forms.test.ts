import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { redact } from "../../src/text/redact.ts";

const FOLDER = `${import.meta.dir}/../fixtures/secrets`;

function lines(file: string): string[] {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  return text.split("\n").filter((line) => line !== "" && !/^# /.test(line));
}

/** As password managers and providers make them. */
const SECRETS = ["Vt42LQVCHo83hSLk", "k7Tq2mXz9RwP4bNc8LdF", "9f86d081884c7d659a2feaa0c55ad015"];

/** As people make them up. */
const SHORT = ["hunter2", "Sommer-2024!"];

const forms = lines("forms.txt");
const short = lines("short.txt");
const decoys = lines("decoys.txt");

test("the lists were read", () => {
  expect(forms.length).toBeGreaterThan(290);
  expect(short.length).toBeGreaterThan(250);
  expect(decoys.length).toBeGreaterThan(190);
});

function expectGone(form: string, secrets: readonly string[]): void {
  for (const secret of secrets) {
    const line = form.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("§", secret);
    for (const text of [line, `Bash: ${line}`, `a\n${line}\nb`, JSON.stringify({ line })]) {
      const redacted = redact(text);
      expect(redacted).toContain("[redacted:");
      expect(redacted).not.toContain(secret);
      expect(redact(redacted)).toBe(redacted);
    }
  }
}

describe("a secret goes from every form, as it is typed, as a hook tells it and in JSON", () => {
  test.each(forms.map((form) => [form]))("%s", (form) => expectGone(form, SECRETS));
});

describe("so does a short password, too, from these", () => {
  test.each(short.map((form) => [form]))("%s", (form) => expectGone(form, [...SECRETS, ...SHORT]));
});

describe("what only looks like a secret stays", () => {
  test.each(decoys.map((decoy) => [decoy]))("%s", (decoy) => {
    for (const text of [decoy, `Bash: ${decoy}`, JSON.stringify({ decoy })]) {
      expect(redact(text)).toBe(text);
    }
  });
});
