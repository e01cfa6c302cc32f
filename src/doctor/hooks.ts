import { AGENTS } from "../agents/agents.ts";
import { UserError } from "../errors.ts";
import { lostEvents } from "../files/append.ts";
import { findOnPath } from "../files/paths.ts";
import { countSpooled } from "../files/spool.ts";
import { isOwnProgram } from "../install/program.ts";
import { type HookStatus, hooksStatus } from "../install/status.ts";
import { emptySpool } from "../record/spooled.ts";
import { counted } from "../text/text.ts";
import { type Check, type DoctorContext, FIX } from "./check.ts";
import type { Finding } from "./finding.ts";

const VERSION_TIMEOUT_MS = 3000;

function brokenOf(row: HookStatus): Finding[] {
  if (row.state !== "broken") return [];
  return row.problems.map((problem) => ({
    check: "hooks",
    severity: "problem",
    what: `${AGENTS[row.client].name}'s hooks can't work: ${problem}`,
    why: "its sessions are not recorded",
    mend: `mm hooks install ${row.client}`,
  }));
}

function doubledOf(row: HookStatus): Finding[] {
  return row.duplicates.map((other) => ({
    check: "hooks",
    severity: "problem",
    what: `${AGENTS[row.client].name}'s hooks are installed twice: ${row.file ?? row.scope} and ${other}`,
    why: "mm counts a doubled event once, but every call takes its time twice",
    mend: `mm hooks uninstall ${row.client} in one of the two places`,
  }));
}

function silentOf(row: HookStatus): Finding[] {
  if (row.events.length === 0 || row.state === "broken") return [];
  const pending = row.problems.map(
    (problem): Finding => ({
      check: "hooks",
      severity: "note",
      what: `${AGENTS[row.client].name}: ${problem}`,
      why: "until then some of its sessions may not be recorded",
      mend: `mm hooks status ${row.client}`,
    }),
  );
  if (pending.length > 0 || row.activity !== null) return pending;
  return [
    {
      check: "hooks",
      severity: "note",
      what: `${AGENTS[row.client].name}'s hooks are installed but were never heard from`,
      why: "it may not have been started since, or it doesn't run them",
      mend: `start it once, then: mm hooks status ${row.client}`,
    },
  ];
}

async function versionOf(ctx: DoctorContext, program: string): Promise<string> {
  const said = await ctx.capture([program, "--version"], VERSION_TIMEOUT_MS);
  return said === null ? "it doesn't tell its version" : `it says "${said.trim().slice(0, 60)}"`;
}

async function strangersOf(ctx: DoctorContext, row: HookStatus): Promise<Finding[]> {
  const others = row.programs.filter(({ exists, isThis }) => exists && !isThis);
  return await Promise.all(
    others.map(async ({ path }) => ({
      check: "hooks",
      severity: "note" as const,
      what: `${AGENTS[row.client].name}'s hooks call another mm: ${path} (${await versionOf(ctx, path)})`,
      why: "what you see here may come from another version than what your agents report to",
      mend: `mm hooks install ${row.client}`,
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
    const found: Finding[] = [];
    for (const row of rows) {
      found.push(...brokenOf(row), ...doubledOf(row), ...silentOf(row));
      found.push(...(await strangersOf(ctx, row)));
    }
    return found.map((finding) => ({ finding }));
  },
};

export const spooledEvents: Check = {
  name: "spool",
  async run(ctx) {
    const store = await ctx.store();
    const waiting = countSpooled(`${store.home}/spool`);
    if (waiting === 0) return [];
    const finding: Finding = {
      check: "spool",
      severity: "note",
      what: `${counted(waiting, "hook call")} wait in the spool`,
      why: "the database could not be written when they came; the next hook that can takes them in",
      mend: FIX,
    };
    return [{ finding, fix: () => emptySpool(ctx, store) }];
  },
};

export const lost: Check = {
  name: "lost-events",
  async run(ctx) {
    const { home } = await ctx.store();
    const events = lostEvents(home);
    if (events === null) return [];
    const finding: Finding = {
      check: "lost-events",
      severity: "problem",
      what: `${counted(events.count, "hook call")} were lost since ${events.since}`,
      why: "what they would have told is in no session",
      mend: `read ${home}/logs/hook.log; once it is mended, remove ${home}/logs/lost-events`,
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
            mend: `put a link to ${ctx.executable} into a folder on PATH`,
          }
        : {
            check: "path",
            severity: "problem",
            what: `the mm that PATH finds first is another program: ${first} (${await versionOf(ctx, first)})`,
            why: `mm in a terminal or a project's hook is that one, not ${ctx.executable}`,
            mend: "put the folder of the right one first on PATH, or uninstall the other",
          };
    return [{ finding }];
  },
};
