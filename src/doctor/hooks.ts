import { AGENTS } from "../agents/agents.ts";
import { INSTALLERS } from "../agents/settings.ts";
import { UserError } from "../errors.ts";
import { keepingIn } from "../files/keeping.ts";
import { countSpooled } from "../files/spool.ts";
import { areLogged, lossesInWords, lostEvents } from "../files/troubles.ts";
import { isFoundByPath, isOwnProgram, putFirstOnPath, putOnPath } from "../install/program.ts";
import { type HookStatus, hooksStatus } from "../install/status.ts";
import { emptySpool } from "../record/drain.ts";
import { findOnPath } from "../settings/programs.ts";
import { quoteForPosix } from "../text/shell-words.ts";
import { counted } from "../text/text.ts";
import { type Check, type DoctorContext, FIX } from "./check.ts";
import type { Finding } from "./finding.ts";

const VERSION_TIMEOUT_MS = 3000;

function brokenOf(row: HookStatus): Finding[] {
  return row.problems
    .filter(({ kind }) => kind === "off")
    .map(({ message, fix }) => ({
      check: "hooks",
      severity: "problem",
      what: `${AGENTS[row.agent].name}'s hooks can't work: ${message}`,
      why: "its sessions are not recorded",
      mend: fix,
    }));
}

/** The command that leaves an agent's hooks in one place: the user's settings or, where there is one, the plugin. */
function oneLess({ agent, scope }: HookStatus, rows: readonly HookStatus[]): string {
  const command = `mm hooks uninstall ${agent}`;
  const has = (other: HookStatus["scope"]) =>
    rows.some((row) => row.agent === agent && row.scope === other && row.events.length > 0);
  const isUsers = scope !== "project" && has("plugin") && has("user");
  return isUsers ? command : `${command} --scope project`;
}

function doubledOf(row: HookStatus, rows: readonly HookStatus[]): Finding[] {
  return row.duplicates.map((other) => ({
    check: "hooks",
    severity: "problem",
    what: `${AGENTS[row.agent].name}'s hooks are installed twice: ${row.file ?? row.scope} and ${other}`,
    why: "mm counts a doubled event once, but every call takes its time twice",
    mend: oneLess(row, rows),
  }));
}

function pendingOf(row: HookStatus): Finding[] {
  return row.problems
    .filter(({ kind }) => kind === "pending")
    .map(({ message, fix }) => ({
      check: "hooks",
      severity: "note",
      what: `${AGENTS[row.agent].name}: ${message}`,
      why: "until then, its sessions are recorded only in part or not at all",
      mend: fix,
    }));
}

function programNames(agent: HookStatus["agent"]): readonly string[] {
  const installer = INSTALLERS[agent];
  return installer.kind === "none" ? [] : installer.programs;
}

function silentOf(row: HookStatus): Finding[] {
  if (row.events.length === 0 || row.problems.length > 0) return [];
  if (row.activity?.isHooked || row.waiting > 0) return [];
  const [program = row.agent] = programNames(row.agent);
  return [
    {
      check: "hooks",
      severity: "note",
      what: `${AGENTS[row.agent].name}'s hooks are installed but were never heard from`,
      why: "it may not have been started since then, or it doesn't run them",
      mend: `start ${program} once`,
    },
  ];
}

function elsewhereOf(row: HookStatus, home: string): Finding[] {
  return row.homes
    .filter((other) => other !== home)
    .map((other) => ({
      check: "hooks",
      severity: "note",
      what: `${AGENTS[row.agent].name}'s hooks record in another home: ${other}`,
      why: `what you see here is what is in ${home}`,
      mend: row.again,
    }));
}

/** That agents are on this machine, and none of them has hooks. */
function noneOf(rows: readonly HookStatus[]): Finding[] {
  const isThere = rows.some(({ state, file }) => state === "not_installed" && file !== null);
  const isUsed = rows.some(({ events, state }) => events.length > 0 || state === "broken");
  if (isUsed || !isThere) return [];
  return [
    {
      check: "hooks",
      severity: "note",
      what: "no agent reports to mm",
      why: "sessions are recorded only if you start them by hand or with `mm session wrap`",
      mend: "mm hooks install",
    },
  ];
}

async function versionOf(ctx: DoctorContext, program: string): Promise<string> {
  const said = await ctx.capture([program, "--version"], VERSION_TIMEOUT_MS);
  return said === null ? "it doesn't show its version" : `it says "${said.trim().slice(0, 60)}"`;
}

async function strangersOf(ctx: DoctorContext, row: HookStatus): Promise<Finding[]> {
  const others = row.programs.filter(({ exists, isThis }) => exists && !isThis);
  return await Promise.all(
    others.map(async ({ path }) => ({
      check: "hooks",
      severity: "note" as const,
      what: `${AGENTS[row.agent].name}'s hooks call another mm: ${path} (${await versionOf(ctx, path)})`,
      why: "your agents report to another version than the one you are running",
      mend: isFoundByPath(path) ? putFirstOnPath(ctx) : row.again,
    })),
  );
}

export const hooks: Check = {
  name: "hooks",
  async run(ctx) {
    let rows: HookStatus[];
    try {
      // What it says of an unreadable database has been said.
      rows = await hooksStatus({ ...ctx, warnings: [] }, []);
    } catch (error) {
      // Without a user's home there are no settings to look at.
      if (error instanceof UserError && error.code === "invalid_home") return [];
      throw error;
    }
    const { home } = await ctx.store();
    const found: Finding[] = [...noneOf(rows)];
    for (const row of rows) {
      found.push(...brokenOf(row), ...pendingOf(row), ...doubledOf(row, rows), ...silentOf(row));
      found.push(...elsewhereOf(row, home), ...(await strangersOf(ctx, row)));
    }
    return found.map((finding) => ({ finding }));
  },
};

export const spooledEvents: Check = {
  name: "spool",
  async run(ctx, { isReadable }) {
    const store = await ctx.store();
    const folder = `${store.home}/spool`;
    const waiting = countSpooled(folder);
    if (waiting === 0) return [];
    const what = `${counted(waiting, "hook call")} ${waiting === 1 ? "waits" : "wait"} in the spool`;
    const finding = { check: "spool", severity: "note", what } as const;
    if (!isReadable || !keepingIn(store.home, store.databasePath).stores) {
      const why = "the database can't be used now; the first hook that can use it stores them";
      return [{ finding: { ...finding, why, mend: "fix the database, as is said above" } }];
    }
    const why =
      "the database could not be written when they came; the next hook that can stores them";
    const ifLeft = `mv ${quoteForPosix(folder)} ${quoteForPosix(`${folder}.old`)}`;
    return [{ finding: { ...finding, why, mend: FIX }, ifLeft, fix: () => emptySpool(ctx, store) }];
  },
};

export const lost: Check = {
  name: "lost-events",
  async run(ctx) {
    const { home } = await ctx.store();
    const events = lostEvents(ctx.lossPlaces(home));
    if (events === null) return [];
    const { count, since, files } = events;
    const log = areLogged(events) ? "; logs/hook.log in the home says more" : "";
    const finding: Finding = {
      check: "lost-events",
      severity: "problem",
      what: `${counted(count, "hook call")} ${count === 1 ? "was" : "were"} lost since ${since}`,
      why: `no session has what they reported: ${lossesInWords(events).join("; ")}${log}`,
      mend: `rm ${files.map(quoteForPosix).join(" ")}`,
    };
    return [{ finding }];
  },
};

export const path: Check = {
  name: "path",
  async run(ctx) {
    const first = findOnPath(ctx.env, "mm")[0];
    if (first !== undefined && isOwnProgram(first, ctx.executable)) return [];
    const finding: Finding =
      first === undefined
        ? {
            check: "path",
            severity: "note",
            what: "there is no mm on PATH",
            why: "the hooks of a project and the examples of the guides call it by its bare name",
            mend: putOnPath(ctx),
          }
        : {
            check: "path",
            severity: "problem",
            what: `the mm that PATH finds first is another program: ${first} (${await versionOf(ctx, first)})`,
            why: `mm in a terminal or a project's hook is that one, not ${ctx.executable}`,
            mend: putFirstOnPath(ctx),
          };
    return [{ finding }];
  },
};
