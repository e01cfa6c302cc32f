import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { AGENTS, CLIENTS, type Client } from "../src/agents/agents.ts";
import { INSTALLERS } from "../src/agents/settings.ts";
import type { Places, Scope } from "../src/edit/places.ts";
import type { HookSettings } from "../src/edit/settings.ts";
import { Machine } from "./support/machine.ts";

const FOLDER = `${import.meta.dir}/../docs/guides/integrations`;

/** The types require a guide for every agent. */
const GUIDES: Readonly<Record<Client, string>> = {
  claude: "claude-code.md",
  codex: "codex.md",
  gemini: "gemini.md",
  copilot: "copilot.md",
  qwen: "qwen.md",
  opencode: "opencode.md",
  cursor: "cursor.md",
  vscode: "vscode.md",
  droid: "droid.md",
  kimi: "kimi.md",
  windsurf: "windsurf.md",
  cline: "cline.md",
  amp: "amp.md",
};

const PLACES: Places = { env: {}, userHome: "~", home: "", project: "" };

function guideOf(client: Client): string {
  return readFileSync(`${FOLDER}/${GUIDES[client]}`, "utf8");
}

function matches(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, match = ""]) => match);
}

function section(text: string, heading: string): string {
  const [, rest] = text.split(`\n## ${heading}\n`);
  if (rest === undefined) throw new Error(`there is no section ${heading}`);
  return rest.split("\n## ")[0] ?? "";
}

/** The names in the first cells of a table; a cell may have several. */
function tabled(text: string): string[] {
  return matches(text, /^\| (`.+?) \|/gmu).flatMap((cell) => matches(cell, /`([^`]+)`/gu));
}

/** A path as a guide writes it, without the project's folder. */
function fileOf({ file }: HookSettings, scope: Scope): string {
  return file(scope, PLACES).replace(/^\//u, "");
}

/** The events in the output of `mm hooks print`. */
function printed(text: string): string[] {
  if (text.startsWith("{")) return Object.keys(JSON.parse(text).hooks);
  if (text.startsWith("[[hooks]]")) return matches(text, /^event = "(.*)"$/gmu);
  const [, forwarded = ""] = /FORWARDED = new Set\(\[([^\]]*)\]/u.exec(text) ?? [];
  const calls = matches(text, /\btell(?:Now)?\("([^"]+)"/gu);
  return [...matches(forwarded, /"([^"]+)"/gu), ...calls];
}

const installable = CLIENTS.flatMap((client): [Client, HookSettings][] => {
  const installer = INSTALLERS[client];
  return installer.kind === "settings" ? [[client, installer]] : [];
});

describe.each([...CLIENTS])("the guide for %s", (client) => {
  const guide = guideOf(client);

  test("has the agent's name as its title, and says whether it was run", () => {
    const { name, support } = AGENTS[client];
    expect(guide).toStartWith(`# ${name}\n`);
    const said = matches(guide, /^\*\*(Supported|Preview)\b[^*]*\*\*/gmu);
    expect(said).toEqual([support === "supported" ? "Supported" : "Preview"]);
    expect(/^\*\*Supported\.\*\* Driven with .* \d+\.\d+\.\d+ on Linux x64/mu.test(guide)).toBe(
      support === "supported",
    );
  });

  test("says how to check that it works", () => {
    const seen = section(guide, "See that it works");
    expect(seen).toContain(`    mm hooks status ${client}\n`);
    expect(seen).toContain(`    mm session list --agent-id ${AGENTS[client].agentId}\n`);
    for (const heading of ["What is recorded", "Remove", "Limits"]) {
      expect(section(guide, heading).length).toBeGreaterThan(30);
    }
  });

  test("links only to what exists, and shows only valid JSON", () => {
    const links = matches(guide, /\]\(([^)\s]+)\)/gu).filter((link) => !/^\w+:/u.test(link));
    const dead = links.filter((link) => !existsSync(`${FOLDER}/${link.replace(/#.*/u, "")}`));
    expect(dead).toEqual([]);
    for (const block of matches(guide, /^```json\n([\s\S]*?)^```$/gmu)) JSON.parse(block);
  });

  test("names only agents that exist", () => {
    const calls = matches(guide, /\bmm hook(?:s (?:install|status|uninstall|print))? ([a-z]+)\b/gu);
    expect(calls.filter((word) => !(CLIENTS as readonly string[]).includes(word))).toEqual([]);
    expect(calls).toContain(client);
  });
});

describe.each(installable)("the guide for %s", (client, settings) => {
  const guide = guideOf(client);

  test("says how to install and to remove", () => {
    const install = section(guide, "Install");
    expect(install).toContain(`    mm hooks install ${client}\n`);
    expect(section(guide, "Remove")).toContain(`    mm hooks uninstall ${client}\n`);
    expect(install).toContain(`\`${fileOf(settings, "user")}\``);
    expect(install).toContain(`\`${fileOf(settings, "project")}\``);
  });

  test("lists the events that are installed, and no others", async () => {
    using machine = new Machine();
    const { out } = await machine.hooks("print", client, "--portable");
    expect(tabled(section(guide, "What is recorded")).sort()).toEqual(printed(out).sort());
  });
});

test.each(CLIENTS.filter((client) => INSTALLERS[client].kind === "none"))(
  "the guide for %s says why there is nothing to install",
  async (client) => {
    using machine = new Machine();
    const { code, err } = await machine.mm("hooks", "install", client, "--yes");
    expect(code).toBe(1);
    const [, because = ""] =
      new RegExp(`nothing to install for ${client}: (.*)`, "u").exec(err) ?? [];
    expect(because.length).toBeGreaterThan(20);
    const [reason = ""] = because.split(": ");
    expect(guideOf(client)).toContain(reason);
    expect(guideOf(client)).toContain(`mm hook ${client} `);
  },
);

test("there are no other guides", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.values(GUIDES).sort());
});

test("the README lists the same agents, with their guides", () => {
  const readme = readFileSync(`${FOLDER}/../../../README.md`, "utf8");
  const [, table = ""] = readme.split("\n### Which agents\n");
  const rows = (table.split("\n### ")[0] ?? "").matchAll(
    /^\| `(\w+)` \| `([\w-]+)` \| (\w+) \|.*\((docs\/[\w/.-]+)\)/gmu,
  );
  expect([...rows].map(([, ...cells]) => cells.join(" ")).sort()).toEqual(
    CLIENTS.map((client) => {
      const { agentId, support } = AGENTS[client];
      return `${client} ${agentId} ${support} docs/guides/integrations/${GUIDES[client]}`;
    }).sort(),
  );
});
