import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { commandsBelow } from "../docs/commands.ts";
import { renderManual } from "../docs/man.ts";
import { literal, text } from "../docs/mdoc.ts";
import root from "../src/commands.ts";
import { needs } from "./support/tools.ts";

const PAGE = `${import.meta.dir}/../man/mm.1`;

const testRead = needs("mandoc");

/** An overstruck letter. */
const BOLD = new RegExp(`.${String.fromCharCode(8)}`, "gu");

function mandoc(args: readonly string[], page: string): string {
  const { stdout, stderr } = Bun.spawnSync(["mandoc", ...args], { stdin: Buffer.from(page) });
  return stdout.toString() + stderr.toString();
}

test("the manual page is the one that `bun run docs` writes", async () => {
  expect(readFileSync(PAGE, "utf8")).toBe(await renderManual());
});

testRead("mandoc finds nothing wrong with it", () => {
  expect(mandoc(["-Tlint"], readFileSync(PAGE, "utf8"))).toBe("");
  // mandoc does find mistakes.
  expect(mandoc(["-Tlint"], ".Dd x\n.Nonsense\n")).not.toBe("");
});

testRead(
  "it describes every command and option, the environment, files and exit codes",
  async () => {
    const printed = mandoc(["-Tutf8", "-Owidth=200"], readFileSync(PAGE, "utf8"));
    // Bold letters are printed twice, with a backspace between.
    const shown = printed.replaceAll(BOLD, "");
    for (const { path, command } of await commandsBelow(["mm"], root)) {
      const part = shown.split(`\n   ${path.join(" ")}\n`)[1]?.split(/\n {3}mm /u)[0] ?? "";
      expect(part).toContain(`${command.mm.meta.description}.`);
      for (const [name, { type }] of Object.entries(command.mm.args)) {
        if (type !== "positional") expect(part).toContain(`--${name}`);
      }
    }
    for (const word of [
      "MM_SESSION_ID",
      ".current_session",
      "EXIT STATUS",
      "SEE ALSO",
      "~/.memtomem",
    ]) {
      expect(shown).toContain(word);
    }
    expect(shown).not.toMatch(/undefined|`|\]\(/u);
  },
);

testRead("every character is taken literally", () => {
  const page = (line: string) => `.Dd November 22, 2026\n.Dt X 1\n.Os\n.Sh NAME\n${line}\n`;
  const all = "a\\b 'c' \"d\" `e` ^f ~g -h .i …é";
  expect(mandoc(["-Tutf8"], page(literal(all)))).toContain(all);
  expect(mandoc(["-Tutf8"], page(text("'quoted' and `.Sh x`").join("\n")))).toContain(
    "'quoted' and",
  );
  expect(text("One. Two `a.b c` [three](#x), e.g. four.")).toEqual([
    "One.",
    "Two \\fBa.b c\\fR three, e.g. four.",
  ]);
});
