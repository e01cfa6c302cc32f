import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, normalize } from "node:path";
import type { CommandDef } from "citty";
import { renderReference } from "../docs/reference.ts";
import packageJson from "../package.json" with { type: "json" };
import { resolve } from "../src/cli/tree.ts";
import root from "../src/commands.ts";
import { RULE_NAMES } from "../src/text/redact.ts";

const ROOT = dirname(import.meta.dir);

function read(path: string): string {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

const readme = read("README.md");

/** What stands under a heading of the README, up to the next of its level or a higher one. */
function section(heading: string): string {
  const level = heading.indexOf(" ");
  const start = readme.indexOf(`\n${heading}\n`);
  expect(start, `the README has no heading ${heading}`).toBeGreaterThan(0);
  const rest = readme.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, "mu"));
  return end < 0 ? rest : rest.slice(0, end);
}

/** The text of every file that is compiled into the binary. */
function sources(): string[] {
  const transpiler = new Bun.Transpiler({ loader: "ts" });
  const found = new Map<string, string>();
  const queue = [`${ROOT}/src/main.ts`];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (found.has(file)) continue;
    const source = readFileSync(file, "utf8");
    found.set(file, source);
    const folder = dirname(file);
    const imports = transpiler.scanImports(source).filter(({ path }) => /^\..*\.ts$/u.test(path));
    queue.push(...imports.map(({ path }) => normalize(`${folder}/${path}`)));
  }
  return [...found.values()];
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** Where links into a page may lead. */
function anchors(page: string): string[] {
  return matches(page, /^#+ (.*)$/gmu).map(
    (heading) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\w -]/gu, "")
        .replaceAll(" ", "-")}`,
  );
}

async function commandPaths(
  node: CommandDef = root,
  path: readonly string[] = ["mm"],
): Promise<string[]> {
  const below: string[][] = [];
  for (const [name, lazy] of Object.entries(await resolve(node.subCommands ?? {}))) {
    below.push(await commandPaths((await resolve(lazy)) as CommandDef, [...path, name]));
  }
  return [path.join(" "), ...below.flat()];
}

describe("the README", () => {
  test("has the command reference that `bun run docs` writes", async () => {
    const [, after = ""] = readme.split("<!-- reference -->\n\n");
    expect(after.split("\n<!-- /reference -->")[0]).toBe(await renderReference());
  });

  test("names every command", async () => {
    const paths = await commandPaths();
    expect(paths.length).toBeGreaterThan(7);
    expect(paths.filter((path) => !readme.includes(path))).toEqual([]);
  });

  test("names every environment variable that is read", () => {
    const read = sources().flatMap((source) => {
      const [table = ""] = matches(source, /AGENT_VARIABLES = \[([\s\S]*?)\] as const/gu);
      return [
        ...matches(source, /\benv\["(\w+)"\]/gu),
        ...matches(source, /\bfolderOf\(places, "(\w+)"/gu),
        ...matches(table, /\["(\w+)", /gu),
      ];
    });
    expect(read).toContain("MM_HOME");
    expect(read).toContain("CLAUDE_CODE_SESSION_ID");
    expect(read).toContain("CODEX_HOME");
    const named = matches(section("## Environment variables"), /`([A-Z]\w+)`/gu);
    expect(read.filter((name) => !named.includes(name))).toEqual([]);
  });

  test("names every error code, with its exit code, and no others", () => {
    const [table = ""] = matches(read("src/errors.ts"), /EXIT_CODES = \{([^}]*)\}/gu);
    const codes = table.match(/\w+: \d/gu) ?? [];
    expect(codes).toContain("usage: 2");
    const named = section("### Error codes").matchAll(/^\| `(\w+)` \| (\d) \|/gmu);
    expect([...named].map(([, code, exit]) => `${code}: ${exit}`)).toEqual(codes);
  });

  test("names every table and index of its own, and how to drop them", () => {
    // What only a command off the hot path needs is made by that command.
    const files = ["store/tables.ts", "removal/sql.ts", "search/file.ts"];
    const schema = files.map((file) => read(`src/${file}`)).join("\n");
    const tables = matches(schema, /CREATE (?:VIRTUAL )?TABLE IF NOT EXISTS (mm_\w+)/gu);
    expect(tables.length).toBeGreaterThan(3);
    const beside = section("## Beside memtomem");
    expect(matches(beside, /^\| `(mm_\w+)` \|/gmu)).toEqual(tables);
    expect(matches(beside, /DROP TABLE (?:IF EXISTS )?(mm_\w+);/gu).sort()).toEqual(
      [...tables].sort(),
    );
    const indices = matches(schema, /CREATE INDEX IF NOT EXISTS (mm_\w+)/gu);
    expect(indices.filter((name) => !beside.includes(`\`${name}\``))).toEqual([]);
    const shared = matches(schema, /CREATE INDEX IF NOT EXISTS (mm_\w+) ON sessions\(/gu);
    expect(matches(beside, /DROP INDEX (mm_\w+);/gu)).toEqual(shared);
  });

  test("names every key of mm.json", () => {
    const [settings = ""] = matches(
      read("src/settings/settings.ts"),
      /export interface Settings \{([\s\S]*?)^\}/gmu,
    );
    const keys = matches(settings, /^ {2}readonly (\w+):/gmu);
    expect(keys).toContain("capture");
    expect(matches(section("### mm.json"), /^\| `(\w+)` \|/gmu).sort()).toEqual(keys.sort());
  });

  test("names every rule of redaction, and no others", () => {
    const rows = section("## Redaction").matchAll(/^\| (`.*?) \|/gmu);
    const named = [...rows].flatMap(([, cell = ""]) => matches(cell, /`([a-z-]+)`/gu));
    expect(named.sort()).toEqual([...RULE_NAMES].sort());
  });

  test("sets up with the commands that .ci/run uses", () => {
    const pinned = packageJson.devDependencies.bun;
    const ci = read(".ci/run").replace('"bun@$bun_version"', `bun@${pinned}`);
    const setups = matches(readme, /^(npx -y bun@.*)$/gmu).map((line) => line.split(" && "));
    expect(setups.map((steps) => steps.slice(0, 2))).toEqual([
      [`npx -y bun@${pinned} install --frozen-lockfile`, "npx bun run build"],
      [`npx -y bun@${pinned} install --frozen-lockfile`, "npx bun test"],
    ]);
    const steps = setups.flat().filter((step) => step.startsWith("npx "));
    expect(steps.filter((step) => !ci.includes(`\n${step}`))).toEqual([]);
  });

  test("links only to what there is", () => {
    const links = matches(readme, /\]\(([^)\s]+)\)/gu).filter((link) => !/^\w+:/u.test(link));
    const dead = links.filter((link) =>
      link.startsWith("#") ? !anchors(readme).includes(link) : !existsSync(`${ROOT}/${link}`),
    );
    expect(links.length).toBeGreaterThan(10);
    expect(dead).toEqual([]);
  });

  test("shows JSON that is JSON", () => {
    const blocks = matches(readme, /^```json\n([\s\S]*?)^```$/gmu);
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) expect(() => JSON.parse(block)).not.toThrow();
  });
});

test("AGENTS.md is short and names only paths that exist", () => {
  const agents = read("AGENTS.md");
  expect(agents.trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  const paths = matches(agents, /`([\w.-]+(?:\/[\w.-]*)*)`/gu).filter((word) =>
    /\/|\.(?:ts|json|md|toml|lock)$/u.test(word),
  );
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !existsSync(`${ROOT}/${path}`))).toEqual([]);
});

test.each(["SECURITY.md", "CONTRIBUTING.md", "RELEASING.md", "docs/comparison.md"])(
  "%s links only to what there is",
  (path) => {
    const links = matches(read(path), /\]\(([^)\s]+)\)/gu).filter((link) => !/^\w+:/u.test(link));
    const dead = links.filter((link) => {
      const [file = "", anchor] = normalize(`${dirname(path)}/${link}`).split("#");
      if (!existsSync(`${ROOT}/${file}`)) return true;
      return anchor !== undefined && !anchors(read(file)).includes(`#${anchor}`);
    });
    expect(dead).toEqual([]);
  },
);

test.each(["SECURITY.md", "CONTRIBUTING.md", "RELEASING.md"])(
  "%s names only paths that exist",
  (path) => {
    const named = matches(read(path), /`((?:src|tests|docs|packaging|\.github)\/[\w./-]*)`/gu);
    expect(named.filter((each) => !existsSync(`${ROOT}/${each}`))).toEqual([]);
  },
);

test("the changelog has an entry for this version", () => {
  expect(read("CHANGELOG.md")).toContain(`\n## [${packageJson.version}]`);
});
