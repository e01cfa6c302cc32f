import { accessSync, constants, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { AgentName } from "../agents/agents.ts";
import type { LateProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { UserError } from "../errors.ts";
import { whyRefused } from "../files/errno.ts";
import { IMPORT_REASONS } from "../files/import-file.ts";
import { NONE_DELETED } from "./changes/changes.ts";
import type { PlannedSources } from "./changes/plan.ts";
import { sourcesOf, withBesides } from "./find.ts";
import { agentOfFile } from "./recognize.ts";
import type { AgentReport } from "./report.ts";
import { type BackfillNeeds, takePlanned } from "./run.ts";

/** @throws UserError `import_invalid` */
function realFile(ctx: Pick<Context, "cwd">, path: string): string {
  try {
    const real = realpathSync(resolve(ctx.cwd(), path));
    const stat = statSync(real);
    if (!stat.isFile()) {
      throw Object.assign(new Error(), { code: stat.isDirectory() ? "EISDIR" : "ESPIPE" });
    }
    accessSync(real, constants.R_OK);
    return real;
  } catch (error) {
    throw new UserError(
      "import_invalid",
      `can't read ${path}: ${whyRefused(error, IMPORT_REASONS)}`,
    );
  }
}

/** The files of each agent. @throws UserError `import_invalid` for one that is no transcript */
function byAgent(ctx: Pick<Context, "cwd">, paths: readonly string[]): Map<AgentName, string[]> {
  const files = new Map<AgentName, string[]>();
  for (const path of paths) {
    const real = realFile(ctx, path);
    const agent = agentOfFile(real);
    if (agent === null) {
      throw new UserError(
        "import_invalid",
        `${path} is not a transcript that mm can read`,
        "a file that `mm session export` wrote is read by `mm session import`",
      );
    }
    files.set(agent, [...(files.get(agent) ?? []), real]);
  }
  return files;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    return [];
  }
}

/**
 * Imports single transcripts, whether they have been read before or not.
 * @throws UserError `import_invalid` before anything is stored
 */
export async function importTranscripts(
  ctx: BackfillNeeds & Pick<Context, "cwd">,
  paths: readonly string[],
  progress: LateProgress,
): Promise<AgentReport[]> {
  const planned = [...byAgent(ctx, paths)].map(([agent, files]): PlannedSources => {
    const sources = sourcesOf(agent, withBesides(agent, files), true);
    // A fork may need its parent's file, which lies beside it.
    const beside = files.flatMap((file) => filesIn(dirname(file)));
    const all = [...sources, ...sourcesOf(agent, beside)];
    return {
      agent,
      sources,
      all,
      unchanged: 0,
      isNoted: false,
      readBefore: [],
      deleted: NONE_DELETED,
      hooked: null,
      usageOnly: false,
      refused: [],
    };
  });
  return await takePlanned(ctx, planned, progress);
}
