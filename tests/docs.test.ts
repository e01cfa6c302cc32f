import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { dirname, normalize } from "node:path";
import type { CommandDef } from "citty";
import { renderDrop } from "../docs/facts.ts";
import { renderInstall, renderShortInstall } from "../docs/install.ts";
import { JSON_DOCUMENTS, schemaFiles } from "../docs/json/documents.ts";
import { problems } from "../docs/json/schema.ts";
import { ERROR_DOCUMENT } from "../docs/json/upkeep.ts";
import { PARTS, splitAt } from "../docs/parts.ts";
import { TABLES } from "../docs/sentences.ts";
import packageJson from "../package.json" with { type: "json" };
import type { Command } from "../src/cli/command.ts";
import { resolve } from "../src/cli/tree.ts";
import root from "../src/commands.ts";
import { allRules } from "../src/text/secrets/rules.ts";
import { PUBLISHED } from "../src/upgrade/distribution.ts";
import { World } from "./support/world.ts";

const ROOT = dirname(import.meta.dir);

function read(path: string): string {
  return readFileSync(`${ROOT}/${path}`, "utf8");
}

/** The documents for people, by their path. */
const PAGES = ["*.md", "docs/**/*.md"].flatMap((pattern) =>
  [...new Bun.Glob(pattern).scanSync(ROOT)].sort(),
);
const IN_DOCS = PAGES.filter((path) => path.startsWith("docs/"));

/** The text under a heading of a page, up to the next heading of the same or a higher level. */
function section(page: string, heading: string): string {
  const text = read(page);
  const level = heading.indexOf(" ");
  const start = text.indexOf(`\n${heading}\n`);
  expect(start, `${page} has no heading ${heading}`).toBeGreaterThan(0);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level}} `, "mu"));
  return end < 0 ? rest : rest.slice(0, end);
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** The anchors of a page. */
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
    const command = (await resolve(lazy)) as CommandDef;
    const isShortcut = "mm" in command && (command as Command).mm.shortFor !== undefined;
    if (!isShortcut) below.push(await commandPaths(command, [...path, name]));
  }
  return [path.join(" "), ...below.flat()];
}

describe("the README", () => {
  test("is short", () => {
    expect(read("README.md").trimEnd().split("\n").length).toBeLessThanOrEqual(250);
  });

  test("links to every page", () => {
    const linked = matches(read("README.md"), /\]\((docs\/[^)#\s]+)/gu);
    const pages = IN_DOCS.filter((path) => path !== "docs/README.md");
    expect(pages.filter((path) => !linked.includes(path))).toEqual([]);
  });

  test("sets up with the commands that .ci/run uses", () => {
    const pinned = packageJson.devDependencies.bun;
    const ci = read(".ci/run").replace('"bun@$bun_version"', `bun@${pinned}`);
    const setups = matches(read("README.md"), /^(npx -y bun@.*)$/gmu).map((line) =>
      line.split(" && "),
    );
    expect(setups.map((steps) => steps.slice(0, 2))).toEqual([
      [`npx -y bun@${pinned} install --frozen-lockfile`, "npx bun run build"],
      [`npx -y bun@${pinned} install --frozen-lockfile`, "npx bun test"],
    ]);
    const steps = setups.flat().filter((step) => step.startsWith("npx "));
    expect(steps.filter((step) => !ci.includes(`\n${step}`))).toEqual([]);
  });
});

describe("the documents", () => {
  test.each(PARTS)("$file has the $name that `bun run docs` writes", async (part) => {
    expect(splitAt(part)[1]).toBe(`\n${await part.render()}\n`);
  });

  test("have a heading, and say first whom they are for", () => {
    expect(IN_DOCS.length).toBeGreaterThan(30);
    const silent = IN_DOCS.filter((path) => !/^# .+\n\nFor everybody \S/u.test(read(path)));
    expect(silent).toEqual([]);
  });

  test("the index lists every page", () => {
    const linked = matches(read("docs/README.md"), /\]\(([^)#\s]+)\)/gu).map(
      (link) => `docs/${link}`,
    );
    const missing = IN_DOCS.filter(
      (path) => path !== "docs/README.md" && !linked.some((link) => path.startsWith(link)),
    );
    expect(missing).toEqual([]);
  });

  test("name every command", async () => {
    const paths = await commandPaths();
    expect(paths.length).toBeGreaterThan(7);
    const reference = read("docs/commands.md");
    expect(paths.filter((path) => !reference.includes(path))).toEqual([]);
  });

  test("names every table of its own, and how to drop them", async () => {
    using world = new World();
    await world.mm("session", "start");
    await world.mm("activity", "log", "--content", "an event");
    await world.mm("session", "end");
    await world.mm("search", "event");
    await Bun.write(`${world.home}/memtomem.db.mm-sync`, "of a database that was pushed");
    await world.mm("session", "delete", World.id(1));
    const own = (type: string) =>
      world
        .rows<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = ?1", type)
        .map(({ name }) => name)
        .filter((name) => name.startsWith("mm_"));
    expect(own("table").sort()).toEqual(Object.keys(TABLES).sort());
    const beside = section("docs/memtomem.md", "## Tables");
    expect(own("index").filter((name) => !beside.includes(`\`${name}\``))).toEqual([]);
    world.exec(renderDrop().replaceAll(/^```.*$/gmu, ""));
    expect([...own("table"), ...own("index")]).toEqual([]);
  });

  test("have examples of JSON that are as their schemas say, and no schema without a command", () => {
    expect(JSON_DOCUMENTS.length).toBeGreaterThan(20);
    for (const { command, example, schema } of [...JSON_DOCUMENTS, ERROR_DOCUMENT]) {
      expect({ command, problems: problems(schema, example) }).toEqual({ command, problems: [] });
    }
    const shown = matches(read("docs/json.md"), /^## (.*) --json$/gmu);
    expect(JSON_DOCUMENTS.map(({ command }) => command).sort()).toEqual(shown.sort());
  });

  test("have the schemas that `bun run docs` writes, and no others", () => {
    const files = [...new Bun.Glob("*").scanSync(`${ROOT}/docs/schemas`)];
    expect(new Map(files.map((name) => [name, read(`docs/schemas/${name}`)]))).toEqual(
      schemaFiles(),
    );
  });

  test("names every rule of redaction, and no others", () => {
    const rows = section("docs/privacy.md", "## Redaction").matchAll(/^\| (`.*?) \|/gmu);
    const named = [...rows].flatMap(([, cell = ""]) => matches(cell, /`([a-z\d-]+)`/gu));
    expect(named.sort()).toEqual(Object.keys(allRules()).sort());
  });

  test.each(PAGES)("%s links only to what exists", (path) => {
    const links = matches(read(path), /\]\(([^)\s]+)\)/gu).filter((link) => !/^\w+:/u.test(link));
    const dead = links.filter((link) => {
      const [before = "", anchor] = link.split("#");
      const file = before === "" ? path : normalize(`${dirname(path)}/${before}`);
      if (!existsSync(`${ROOT}/${file}`)) return true;
      return anchor !== undefined && !anchors(read(file)).includes(`#${anchor}`);
    });
    expect(dead).toEqual([]);
  });

  test("say fix, method and again, in the same words everywhere", () => {
    const others = /(?<!["`.])\b(?:mend(?:s|ed|ing)?|roads?|anew)\b/u;
    const found = [...PAGES, "man/mm.1"].flatMap((path) =>
      read(path)
        .split("\n")
        .filter((line) => others.test(line))
        .map((line) => `${path}: ${line}`),
    );
    expect(found).toEqual([]);
  });

  test("show JSON that is JSON", () => {
    const blocks = PAGES.flatMap((path) => matches(read(path), /^```json\n([\s\S]*?)^```$/gmu));
    expect(blocks.length).toBeGreaterThan(20);
    for (const block of blocks) expect(() => JSON.parse(block)).not.toThrow();
  });
});

describe("names that nobody has claimed", () => {
  /** Runs something from an address, a registry, a tap or a bucket of the project's. */
  const INSTALLS =
    /(?:\b(?:curl|wget|irm|iwr|brew|npm|npx|pnpm|yarn|bunx?|scoop)\b[^\n`]*mm-sessions|\| *(?:\w+=\S+ +)*(?:sh|bash|iex)(?: -[^\n`]*)?(?:`|$))/mu;
  const told = [
    ...PAGES,
    "man/mm.1",
    ...[
      ...new Bun.Glob("{packaging/install.*,plugins/**/*.json,.claude-plugin/*}").scanSync({
        cwd: ROOT,
        dot: true,
      }),
    ],
  ];
  const lines = told.flatMap((path) =>
    read(path)
      .split("\n")
      .filter((line) => INSTALLS.test(line))
      .map((line) => `${path}: ${line}`),
  );

  test("are in no command, until there is a release", () => {
    expect(told.length).toBeGreaterThan(35);
    if (!PUBLISHED) expect(lines).toEqual([]);
  });

  test("are in the commands for installing from then on", () => {
    for (const render of [renderShortInstall, renderInstall]) {
      expect(INSTALLS.test(render(false))).toBe(false);
      const after = render(true);
      for (const word of ["brew install", "npm install --global", "curl -fsSL"]) {
        expect(after).toContain(`\n${word}`);
      }
      expect(after).not.toMatch(/not released yet|from the first release/iu);
    }
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
