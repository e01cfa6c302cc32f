import { expect, test } from "bun:test";
import { World } from "../support/world.ts";

test.each([[[]], [["session"]], [["session", "start"]], [["hook"]], [["help"]]])(
  "help %j is what --help shows",
  async (words) => {
    using world = new World();
    const help = await world.mm("help", ...words);
    expect(help.code).toBe(0);
    expect(help).toEqual(await world.mm(...words, "--help"));
  },
);

test.each([
  [["sesion"], "unknown command 'sesion'", "did you mean session?"],
  [["session", "strat"], "unknown command 'strat'", "did you mean start?"],
  [["nothing-like-it"], "unknown command 'nothing-like-it'", "`mm --help` shows the usage"],
  [
    ["session", "start", "x"],
    "unexpected argument 'x'",
    "`mm session start --help` shows the usage",
  ],
])("help %j", async (words, message, hint) => {
  using world = new World();
  const { code, out, err } = await world.mm("help", ...words);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe(`mm: ${message}\n  hint: ${hint}\n`);
});

test("completion prints a script for each shell, and knows no other", async () => {
  using world = new World();
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { code, out, err } = await world.mm("completion", shell);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`__complete ${shell}`);
    expect(out.split("\n").length).toBeLessThan(30);
  }
  expect(await world.mm("completion", "fishh")).toEqual({
    code: 2,
    out: "",
    err: "mm: no completion for the shell 'fishh'\n  hint: did you mean fish?\n",
  });
  expect((await world.mm("completion")).code).toBe(2);
  expect(world.files()).toEqual([]);
});
