import { describe, expect, test } from "bun:test";
import { parseBashLine, quoteForBash, quoteForPowershell } from "../../src/text/shell-words.ts";
import { needs } from "../support/tools.ts";

const inBash = needs("bash");
const BREAKS = " \t\n\"'><=;|&(:";

describe("a line of bash", () => {
  test.each([
    ["mm ", ["mm"], "", "", 0],
    ["mm se", ["mm"], "se", "", 0],
    ["mm --type=de", ["mm"], "--type=de", "", 7],
    ["mm a:b=c", ["mm"], "a:b=c", "", 4],
    ["mm a\\:b", ["mm"], "a:b", "", 0],
    ["mm 'a b' \"c $(x) `y` \\\" \\n", ["mm", "a b"], 'c $(x) `y` " \\n', '"', 0],
    ["mm --title='it", ["mm"], "--title=it", "'", 8],
    ["mm a'b'", ["mm"], "ab", "", 2],
    ["mm a\\ b\\\nc", ["mm"], "a b\nc", "", 0],
    ["mm x\\", ["mm"], "x", "", 0],
    ["mm '' x", ["mm", ""], "x", "", 0],
    ["cd x && mm list", ["mm"], "list", "", 0],
    ["mm list 2>err -", ["mm", "list"], "-", "", 0],
    ["mm list >&2 -", ["mm", "list"], "-", "", 0],
    ["diff <(mm se", ["mm"], "se", "", 0],
  ] as const)("%j", (line, words, current, quote, kept) => {
    const typed = parseBashLine(line, BREAKS);
    expect(typed).toEqual({ words: [...words], current, quote, kept, redirects: false });
  });

  test.each(["mm list >", "mm list > x", "mm list 2>'a", "mm < x"])("%s: a file", (line) => {
    expect(parseBashLine(line, BREAKS).redirects).toBe(true);
  });

  inBash.each(["", "'", '"'] as const)("takes every character for itself within %j", (quote) => {
    const value = "a b'c\"d$(e)`f`\\g!h*?[i]{j,k}~#|;&<>()=:é\u{1f600}";
    const word = `${quote}${quoteForBash(value, quote)}${quote}`;
    const { stdout } = Bun.spawnSync(["bash", "-c", `printf %s ${word}`]);
    expect(stdout.toString()).toBe(value);
  });
});

test("PowerShell reads a typographic quote as a plain one", () => {
  expect(quoteForPowershell("C:\\o’b'c\\mm.exe")).toBe("'C:\\o’’b''c\\mm.exe'");
});
