import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { GUIDES } from "../docs/agents.ts";
import { AGENT_NAMES, AGENTS, type AgentName } from "../src/agents/agents.ts";
import { INSTALLERS } from "../src/agents/settings.ts";
import type { Places, Scope } from "../src/edit/places.ts";
import type { HookSettings } from "../src/edit/settings.ts";
import { Machine } from "./support/machine.ts";

const FOLDER = `${import.meta.dir}/../docs/guides/integrations`;

const PLACES: Places = { env: {}, userHome: "~", home: "", project: "" };

function guideOf(agent: AgentName): string {
  return readFileSync(`${FOLDER}/${GUIDES[agent].file}`, "utf8");
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
  const calls = matches(text, /\b(?:tell(?:Now)?\(|calls\.push\(\[)"([^"]+)"/gu);
  return [...matches(forwarded, /"([^"]+)"/gu), ...calls];
}

const installable = AGENT_NAMES.flatMap((agent): [AgentName, HookSettings][] => {
  const installer = INSTALLERS[agent];
  return installer.kind === "settings" ? [[agent, installer]] : [];
});

describe.each([...AGENT_NAMES])("the guide for %s", (agent) => {
  const guide = guideOf(agent);

  test("has the agent's name as its title, and says whether it was run", () => {
    const { name, support } = AGENTS[agent];
    expect(guide).toStartWith(`# ${name}\n`);
    const said = matches(guide, /^\*\*(Supported|Preview)\b[^*]*\*\*/gmu);
    expect(said).toEqual([support === "supported" ? "Supported" : "Preview"]);
    const driven = /^\*\*Supported\.\*\* Driven with .* (\d+\.\d+\.\d+) on Linux x64/mu.exec(guide);
    expect(driven?.[1] ?? null).toBe(GUIDES[agent].driven);
    expect(driven !== null).toBe(support === "supported");
  });

  test("says how to check that it works", () => {
    const seen = section(guide, "See that it works");
    expect(seen).toContain(`    mm hooks status ${agent}\n`);
    expect(seen).toContain(`    mm session list --agent ${AGENTS[agent].agentId}\n`);
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
    expect(calls.filter((word) => !(AGENT_NAMES as readonly string[]).includes(word))).toEqual([]);
    expect(calls).toContain(agent);
  });
});

describe.each(installable)("the guide for %s", (agent, settings) => {
  const guide = guideOf(agent);

  test("says how to install and to remove", () => {
    const install = section(guide, "Install");
    expect(install).toContain(`    mm hooks install ${agent}\n`);
    expect(section(guide, "Remove")).toContain(`    mm hooks uninstall ${agent}\n`);
    expect(install).toContain(`\`${fileOf(settings, "user")}\``);
    expect(install).toContain(`\`${fileOf(settings, "project")}\``);
  });

  test("lists the events that are installed, and no others", async () => {
    using machine = new Machine();
    const { out } = await machine.hooks("print", agent, "--portable");
    expect(tabled(section(guide, "What is recorded")).sort()).toEqual(printed(out).sort());
  });
});

test.each(AGENT_NAMES.filter((agent) => INSTALLERS[agent].kind === "none"))(
  "the guide for %s says why there is nothing to install",
  async (agent) => {
    using machine = new Machine();
    const { code, err } = await machine.mm("hooks", "install", agent, "--yes");
    expect(code).toBe(1);
    const [, because = ""] =
      new RegExp(`nothing to install for ${agent}: (.*)`, "u").exec(err) ?? [];
    expect(because.length).toBeGreaterThan(20);
    const [reason = ""] = because.split(": ");
    expect(guideOf(agent)).toContain(reason);
    expect(guideOf(agent)).toContain(`mm hook ${agent} `);
  },
);

test("there are no other guides", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(
    Object.values(GUIDES)
      .map(({ file }) => file)
      .sort(),
  );
});
