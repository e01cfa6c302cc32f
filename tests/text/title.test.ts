import { describe, expect, test } from "bun:test";
import { cutTitle, titleLine } from "../../src/text/title.ts";

const of = (prompt: string) => {
  const line = titleLine(prompt);
  return line === null ? null : `${line.kind}: ${line.text}`;
};

describe("what a prompt says", () => {
  test.each([
    ["fix the parser", "prompt: fix the parser"],
    ["\r\n\n  fix the parser  \r\nIt drops the last line.", "prompt: fix the parser"],
    ["why <task-notification>?", "prompt: why <task-notification>?"],
    ["/home/ada/notes.md is empty, why?", "prompt: /home/ada/notes.md is empty, why?"],
    ["@src/cart.ts needs tests", "prompt: @src/cart.ts needs tests"],
    ["テストを直して", "prompt: テストを直して"],
    ["목록이 비어 있을 때 테스트가 실패해", "prompt: 목록이 비어 있을 때 테스트가 실패해"],
    ["😀 make it prettier", "prompt: 😀 make it prettier"],
    ["look at [Image #1] and compare", "prompt: look at [Image #1] and compare"],
  ])("%j is told whole", (prompt, told) => expect(of(prompt)).toBe(told));

  test.each([
    "hi",
    "Hello!",
    "hey there, Claude",
    "Good morning :)",
    "ok, thanks",
    "continue",
    "please continue from where you left off",
    "go on",
    "yes",
    "1",
    "?",
    "refactor",
    "안녕하세요",
    "你好",
    "/clear",
    "https://example.org/issues/3",
  ])("%j says little", (prompt) => expect(of(prompt)).toBe(`greeting: ${prompt}`));

  test.each([
    ["/review src/x", "command: /review src/x"],
    ["/plugin:deploy all of it\nwith care", "command: /plugin:deploy all of it"],
    [
      "<command-message>review is running…</command-message>\n<command-name>/review</command-name>\n<command-args>src/x</command-args>",
      "command: /review src/x",
    ],
    ["<command-name>/clear</command-name><command-args></command-args>", "greeting: /clear"],
  ])("%j is a command", (prompt, told) => expect(of(prompt)).toBe(told));
});

describe("a better line than the first", () => {
  test.each([
    ["Hi Claude,\n\nfix the parser", "prompt: fix the parser"],
    ["hi\n/review src/x", "command: /review src/x"],
    ["Context:\nthe parser drops lines", "prompt: Context: the parser drops lines"],
    ["```\nnpm test fails\n```", "prompt: npm test fails"],
    ["hi\nhello\nok", "greeting: hi"],
    [`${"hi\n".repeat(60)}fix the parser`, "greeting: hi"],
  ])("of %j", (prompt, told) => expect(of(prompt)).toBe(told));
});

describe("what agents write is none of it", () => {
  test.each([
    "<system-reminder>\nThe user opened a file.\n</system-reminder>",
    "<system-reminder>never closed",
    "<task-notification>\n<task-id>a1</task-id>\n</task-notification>\nRead the output file to retrieve the result: /tmp/a1",
    "<local-command-caveat>Caveat: …</local-command-caveat>\n<local-command-stdout>bye</local-command-stdout>",
    "<environment_context>\n<cwd>/w</cwd>\n</environment_context>",
    "# AGENTS.md instructions for /w\n\n<INSTRUCTIONS>\nBe kind.\n</INSTRUCTIONS>",
    "This session is being continued from a previous conversation that ran out of context. Analysis:\nfix the parser",
    "[Request interrupted by user for tool use]",
    "[Image #1]",
    "[Image: source: /tmp/a.png] [Image #2]",
    "",
    " \n\t",
  ])("%j", (prompt) => expect(of(prompt)).toBeNull());

  test.each([
    ["[Image #1] what is wrong here?", "prompt: what is wrong here?"],
    ["[Image #1][Image #2]\nwhat is wrong here?", "prompt: what is wrong here?"],
    [
      "<system-reminder>a\nb</system-reminder>\n\nfix the parser\n<system-reminder>c</system-reminder>",
      "prompt: fix the parser",
    ],
    ["<ide_opened_file>x.ts</ide_opened_file>fix the parser", "prompt: fix the parser"],
    [
      "# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\nfix the parser\n<image></image>",
      "prompt: fix the parser",
    ],
    ["<bash-input>npm test</bash-input><bash-stdout>ok</bash-stdout>", "prompt: ! npm test"],
  ])("%j", (prompt, told) => expect(of(prompt)).toBe(told));
});

describe("a cut title", () => {
  test.each([
    ["stays whole up to 120 characters", "a".repeat(120), "a".repeat(120)],
    ["ends after a word", `${"word ".repeat(30)}`, `${"word ".repeat(23)}word…`],
    ["loses the comma, too", `${"w".repeat(110)}, ${"x".repeat(20)}`, `${"w".repeat(110)}…`],
    ["ends within a word that is long", `a ${"x".repeat(150)}`, `a ${"x".repeat(117)}…`],
    ["is counted in code points", "😀".repeat(121), `${"😀".repeat(119)}…`],
    ["leaves no open joiner", `${"x".repeat(117)}👩\u200d💻 at work`, `${"x".repeat(117)}👩…`],
  ])("%s", (_, title, cut) => {
    expect(cutTitle(title)).toBe(cut);
    expect([...cutTitle(title)].length).toBeLessThanOrEqual(120);
  });
});
