import { describe, expect, test } from "bun:test";
import { checkArgs } from "../../src/cli/args.ts";
import type { Args } from "../../src/cli/command.ts";
import { nearest } from "../../src/cli/suggest.ts";

const ARGS = {
  title: { type: "string", alias: "t" },
  content: { type: "string", alias: "c", freeText: true },
  kind: { type: "enum", options: ["one", "two"], default: "one" },
  json: { type: "boolean" },
  id: { type: "positional", required: false },
} satisfies Args;

const check = (...words: string[]) => checkArgs(ARGS, words, false);

function argsOf(...words: string[]): unknown {
  const checked = check(...words);
  if (checked.kind !== "args") throw new Error(JSON.stringify(checked));
  return checked.args;
}

function faultOf(...words: string[]): string {
  const checked = check(...words);
  return checked.kind === "wrong" ? checked.fault.message : checked.kind;
}

describe("accepted", () => {
  const base = { kind: "one", json: false };
  test.each([
    [[], base],
    [["--title", "x"], { ...base, title: "x" }],
    [["--title=x"], { ...base, title: "x" }],
    [["--title="], { ...base, title: "" }],
    [["-t", "x"], { ...base, title: "x" }],
    [["-t=x"], { ...base, title: "x" }],
    [["--title=a=b"], { ...base, title: "a=b" }],
    [["--title", "--unknown"], { ...base, title: "--unknown" }],
    [["--title", "-"], { ...base, title: "-" }],
    [["--content", "--json"], { ...base, content: "--json" }],
    [["--content", "--help"], { ...base, content: "--help" }],
    [["--content", "--"], { ...base, content: "--" }],
    [["--content", "-c"], { ...base, content: "-c" }],
    [["--json", "id"], { ...base, json: true, id: "id" }],
    [["id", "--kind", "two"], { ...base, kind: "two", id: "id" }],
    [["--", "--json"], { ...base, id: "--json" }],
    [["--", "--help"], { ...base, id: "--help" }],
    [["-5"], { ...base, id: "-5" }],
    [["-"], { ...base, id: "-" }],
  ] as const)("%p", (words, args) => {
    expect(argsOf(...words)).toEqual(args);
  });
});

describe("refused", () => {
  test.each([
    [["--bogus"], "unknown option '--bogus'"],
    [["--titel", "foo"], "unknown option '--titel'"],
    [["-x"], "unknown option '-x'"],
    [["--title"], "option --title needs a value"],
    [["--title", "--json"], "option --title needs a value"],
    [["--title", "-t"], "option --title needs a value"],
    [["--title", "--", "x"], "option --title needs a value"],
    [["--json=banana"], "option --json takes no value"],
    [["--json="], "option --json takes no value"],
    [["--no-json"], "unknown option '--no-json'"],
    [["--title", "a", "--title", "b"], "option --title is given twice"],
    [["--title", "a", "-t", "b"], "option -t is given twice"],
    [["--json", "--json"], "option --json is given twice"],
    [["--kind", "three"], "invalid value 'three' for --kind; expected one of: one, two"],
    [["a", "b"], "unexpected argument 'b'"],
    [["--_", "x"], "unknown option '--_'"],
    [["--__proto__", "x"], "unknown option '--__proto__'"],
    [["--version"], "unknown option '--version'"],
  ] as const)("%p", (words, message) => {
    expect(faultOf(...words)).toBe(message);
  });
});

describe("help", () => {
  test.each([[["--help"]], [["-h"]], [["--bogus", "--help"]], [["a", "b", "-h"]]] as const)(
    "%p asks for it",
    (words) => {
      expect(check(...words).kind).toBe("help");
    },
  );

  test("in place of an option's value it is neither the value nor a request for help", () => {
    expect(faultOf("--title", "--help")).toBe("option --title needs a value");
    expect(argsOf("--title=--help")).toMatchObject({ title: "--help" });
  });
});

test("a request for JSON is known even when the words are wrong", () => {
  expect(check("--bogus", "--json")).toMatchObject({ kind: "wrong", json: true });
  expect(check("--bogus", "--content", "--json")).toMatchObject({ kind: "wrong", json: false });
});

describe("operands", () => {
  const wrap = (...words: string[]) => checkArgs({ title: ARGS.title }, words, true);
  test("everything after -- belongs to the command", () => {
    expect(wrap("-t", "x", "--", "ls", "--help", "--", "-a")).toEqual({
      kind: "args",
      json: false,
      args: { title: "x", _: ["ls", "--help", "--", "-a"] },
    } as never);
  });
  test("-- is required, and something must follow it", () => {
    expect(wrap("ls")).toMatchObject({
      fault: { message: "the command to run must follow `--`" },
    });
    expect(wrap("--")).toMatchObject({ fault: { message: "missing argument: COMMAND" } });
  });
});

test("a near word is suggested", () => {
  const known = ["start", "end", "list", "events", "--title"];
  expect(nearest("strat", known)).toBe("start");
  expect(nearest("lst", known)).toBe("list");
  expect(nearest("--titel", known)).toBe("--title");
  expect(nearest("nothing", known)).toBeNull();
});

test("dashed words other than options are data for a command that takes them", () => {
  const defs: Args = {
    query: { type: "positional", rest: true, dashed: true },
    limit: { type: "string", alias: "l" },
  };
  const read = (...words: string[]) => checkArgs(defs, words, false);
  expect(read("a", "-without", "-l", "3", "-x")).toMatchObject({
    args: { _: ["a", "-without", "-x"], limit: "3" },
  });
  expect(read("a", "--limt")).toMatchObject({ fault: { message: "unknown option '--limt'" } });
  expect(read("-h")).toEqual({ kind: "help" });
});
