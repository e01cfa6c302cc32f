import { describe, expect, test } from "bun:test";
import root from "../../src/commands.ts";
import { offerAt } from "../../src/completion/offer.ts";
import { outlineOf } from "../../src/completion/outline.ts";

const outline = await outlineOf(root);

function offer(...words: string[]) {
  return offerAt(outline, words.slice(0, -1), words.at(-1) ?? "");
}

function offered(...words: string[]): string[] {
  const { candidates, prefix } = offer(...words);
  return candidates.map(({ value }) => prefix + value);
}

describe("what is offered at the cursor", () => {
  test("commands, with what they do", () => {
    expect(offered("")).toContain("session");
    expect(offered("")).not.toContain("__complete");
    expect(offered("session", "")).toEqual(expect.arrayContaining(["start", "end", "list"]));
    expect(offer("session", "").candidates[0]).toEqual({
      value: "start",
      description: "Start a session, or return the active one",
    });
    expect(offered("nope", "")).toEqual([]);
    expect(offered("session", "nope", "")).toEqual([]);
    expect(offered("__proto__", "")).toEqual([]);
    expect(offered("-")).toEqual(["--version", "--help"]);
    expect(offered("session", "-")).toEqual(["--help"]);
  });

  test("a command's own words and its subcommands", () => {
    expect(offered("stats", "")).toEqual(["tokens", "cost", "hooks", ...offered("stats", "--")]);
    expect(offered("stats", "--")).toContain("--by");
    expect(offered("stats", "--by", "")).toEqual([
      "day",
      "week",
      "hour",
      "agent",
      "model",
      "project",
      "tool",
      "all",
    ]);
    expect(offered("stats", "--json", "")).not.toContain("hooks");
    expect(offered("stats", "hooks", "--")).toEqual(["--since", "--until", "--json", "--help"]);
  });

  test("options that haven't been typed yet, long ones first", () => {
    const all = offered("activity", "log", "--");
    expect(all).toEqual(["--content", "--type", "--meta", "--session", "--json", "--help"]);
    expect(offered("activity", "log", "--json", "-c", "x", "--")).toEqual([
      "--type",
      "--meta",
      "--session",
      "--help",
    ]);
    expect(offered("activity", "log", "--type=note", "--")).not.toContain("--type");
    expect(offered("activity", "log", "-")).toContain("-c");
    expect(offered("activity", "log", "")).toEqual(all);
    expect(offered("session", "end", "--", "--")).toEqual([]);
  });

  test("values, by the rules of the runner", () => {
    const scopes = ["user", "project"];
    expect(offered("hooks", "install", "--scope", "")).toEqual(scopes);
    expect(offered("hooks", "install", "--scope=")).toEqual(scopes.map((s) => `--scope=${s}`));
    expect(offered("hooks", "install", "--yes=")).toEqual([]);
    expect(offered("hooks", "install", "--nope=")).toEqual([]);
    expect(offer("session", "start", "-a", "")).toMatchObject({ lookUp: "agent", prefix: "" });
    expect(offer("session", "start", "--agent=c")).toMatchObject({
      lookUp: "agent",
      prefix: "--agent=",
    });
    // An option in place of a value stays an option, except for free text.
    expect(offer("activity", "log", "--type", "--session", "")).toMatchObject({
      lookUp: "live-session",
    });
    expect(offered("activity", "log", "-c", "--type", "--")).toContain("--type");
    expect(offered("session", "start", "--title", "")).toEqual([]);
  });

  test("positionals", () => {
    expect(offer("session", "end", "")).toMatchObject({ lookUp: "live-session" });
    expect(offer("session", "events", "")).toMatchObject({ lookUp: "session" });
    expect(offer("session", "events", "x", "").lookUp).toBeNull();
    expect(offered("hooks", "install", "claude", "--yes", "")).not.toContain("claude");
    expect(offered("hooks", "install", "claude", "")).toContain("codex");
    expect(offered("completion", "")).toEqual(["bash", "zsh", "fish", "powershell"]);
    expect(offered("help", "hooks", "")).toContain("install");
    expect(offered("help", "hooks", "install", "")).not.toContain("install");
  });

  test("after the -- of wrap, a program and then files", () => {
    expect(offer("session", "wrap", "").lookUp).toBeNull();
    expect(offer("session", "wrap", "--", "")).toMatchObject({ lookUp: "program" });
    expect(offer("session", "wrap", "--", "ls", "--js")).toMatchObject({ lookUp: "file" });
  });
});
