import { afterEach, beforeEach, expect, test } from "bun:test";
import { BINARY, Sandbox } from "../support/binary.ts";

let box: Sandbox;
beforeEach(async () => {
  box = new Sandbox();
  await box.mm(["session", "start", "-t", "x"]);
  // A search makes its index, so that it is there to be opened.
  await box.mm(["search", "x"]);
});
afterEach(() => box[Symbol.dispose]());

/** Runs a command that may have so many files open, three of which are its standard ones. */
function limited(most: number, ...words: string[]) {
  const { exitCode, stdout, stderr } = Bun.spawnSync(
    ["sh", "-c", 'ulimit -n "$1"; shift; exec "$@"', "sh", String(most), BINARY, ...words],
    { env: box.env(), cwd: box.folder, stdin: new Blob([]) },
  );
  return { code: exitCode, out: stdout.toString(), err: stderr.toString() };
}

const COMMANDS = [
  ["session", "start"],
  ["session", "end"],
  ["session", "list"],
  ["session", "show", "last"],
  ["session", "rename", "last", "y"],
  ["search", "x"],
  ["stats"],
  ["ps"],
  ["gc"],
  ["context"],
  ["doctor"],
  ["session", "export", "last", "--format", "html", "-o", "out.html"],
];

test.each([5, 6, 7, 8, 9])(
  "with %i descriptors no command is silent or says what isn't so",
  (most) => {
    const folder = /can't (?:write to|create files in)|read-only|belongs to someone else/u;
    for (const words of COMMANDS) {
      const { code, out, err } = limited(most, ...words);
      const told = `${words.join(" ")}: ${out}${err}`;
      if (code === 0) continue;
      expect(told).toMatch(/this process may not open more files/u);
      expect(told).not.toMatch(folder);
      expect(told).not.toContain("unexpected failure");
    }
  },
);

test("a message comes out though not even stderr can be opened anew", () => {
  const { code, err } = limited(5, "session", "list");
  expect({ code, err }).toEqual({
    code: 1,
    err: `mm: can't open the database ${box.database}: this process may not open more files
  hint: allow more with \`ulimit -n\`, or end programs that have many open, then run this again
`,
  });
  expect(limited(5, "nonsense")).toMatchObject({
    code: 2,
    err: expect.stringContaining("unknown command"),
  });
});

test("JSON says the same", () => {
  const { out } = limited(6, "session", "list", "--json");
  expect(JSON.parse(out)).toMatchObject({
    error: {
      code: "database_unwritable",
      message: expect.stringContaining("may not open more files"),
    },
  });
});

test("what is typed in hooks says why nothing was logged, and a program that it can't be run", () => {
  expect(limited(7, "activity", "log", "-c", "x")).toEqual({
    code: 0,
    out: "",
    err: expect.stringContaining("nothing was logged: can't open the database"),
  });
  expect(limited(5, "session", "wrap", "--", "true")).toMatchObject({
    code: 126,
    err: expect.stringContaining("can't run true: this process may not open more files"),
  });
});

test("nothing that was stored before is harmed", async () => {
  for (const words of COMMANDS) limited(8, ...words);
  const { out } = await box.mm(["session", "list", "--json"]);
  expect(JSON.parse(out)).toMatchObject({ count: 1 });
});
