import { command } from "../cli/command.ts";
import { formatBytes, parseByteSize } from "../cli/numbers.ts";
import { startProgress } from "../cli/progress.ts";
import type { Context } from "../context.ts";
import { eraseDeletedFromIndex } from "../search/search.ts";
import type { Store } from "../store/store.ts";
import { parseDuration } from "../text/duration.ts";
import { foreseeGc } from "./foresee.ts";
import { type GcPlan, type GcResult, performGc, planGc } from "./gc.ts";
import type { Limits } from "./limits.ts";

const EMPTY = { file: 0, used: 0, shrinks: true };
const NOTHING: GcResult = {
  ids: [],
  events: 0,
  leftEvents: 0,
  before: EMPTY,
  after: EMPTY,
  kept: { notMadeByMm: 0, referredTo: 0 },
};

async function perform(ctx: Context, store: Store, plan: GcPlan): Promise<GcResult> {
  // Nothing in it is ours, so nothing is written to it either.
  if (!plan.isAdopted)
    return { ...NOTHING, before: plan.space, after: plan.space, kept: plan.kept };
  const expected = plan.candidates.reduce((sum, { events }) => sum + events, plan.leftEvents);
  const bar = startProgress(ctx, "Removing", expected);
  let done = 0;
  const onEvents = (removed: number) => {
    done += removed;
    bar.show(done);
  };
  try {
    return await performGc(ctx, store, plan, { untilMicros: null, onEvents });
  } finally {
    bar.clear();
  }
}

function isUnder({ after }: GcResult, { maxBytes }: Limits): boolean | null {
  return maxBytes === null ? null : after.used <= maxBytes;
}

function removedLine(result: GcResult, limits: Limits, dryRun: boolean): string {
  const { ids, events, leftEvents } = result;
  const asked = limits.before !== null || limits.maxBytes !== null;
  const lines = [
    asked && `${dryRun ? "Would remove" : "Removed"}: ${ids.length} session(s), ${events} event(s)`,
    leftEvents > 0 &&
      `${dryRun ? "Would finish" : "Finished"} an earlier removal: ${leftEvents} event(s)`,
  ].filter((line) => line !== false);
  return lines.join("\n") || "Nothing was left to be finished";
}

function describe(result: GcResult, limits: Limits, dryRun: boolean): string {
  const { before, after, kept } = result;
  const about = dryRun ? "about " : "";
  const free = after.file - after.used;
  const lines = [
    removedLine(result, limits, dryRun),
    `In use: ${formatBytes(before.used)}, now ${about}${formatBytes(after.used)}`.replace(
      "now about",
      "then about",
    ),
    `File:   ${formatBytes(before.file)}, ${dryRun ? "then about" : "now"} ${formatBytes(after.file)}`,
    !after.shrinks &&
      free > 0 &&
      `The file was made without a way to shrink: its ${formatBytes(free)} of free pages are used again`,
    kept.referredTo > 0 && `Kept: ${kept.referredTo} ended session(s) that other tables refer to`,
    kept.notMadeByMm > 0 && `Kept: ${kept.notMadeByMm} ended session(s) that mm didn't make`,
  ];
  return `${lines.filter((line) => line !== false).join("\n")}\n`;
}

function toJson(result: GcResult, limits: Limits, dryRun: boolean) {
  const { ids, events, leftEvents, before, after, kept } = result;
  return {
    dry_run: dryRun,
    sessions: ids.length,
    events,
    ids,
    finished_events: leftEvents,
    used_before: before.used,
    used_after: after.used,
    file_before: before.file,
    file_after: after.file,
    shrinks: after.shrinks,
    under_max_size: isUnder(result, limits),
    kept: { referred_to: kept.referredTo, not_made_by_mm: kept.notMadeByMm },
  };
}

export default command({
  meta: { name: "gc", description: "Remove old sessions and give their space back" },
  args: {
    "older-than": {
      type: "string",
      completes: ["30d", "90d", "365d"],
      description: "Remove ended sessions without a sign of life for this long, e.g. 90d",
      valueHint: "DURATION",
    },
    "max-size": {
      type: "string",
      completes: ["100MB", "500MB", "1GB"],
      description: "Remove the oldest ended sessions until no more than this is in use, e.g. 500MB",
      valueHint: "SIZE",
    },
    "dry-run": { type: "boolean", description: "Say what would go, and change nothing" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm gc --older-than 90d --dry-run",
  details: [
    "Without --older-than and --max-size it only finishes what an earlier removal left and gives free space back.",
    "Active sessions stay, and so do those that mm didn't make or that another table refers to: `mm session delete` removes these by id. A size is that of all tables in the file, memtomem's too; kB, MB and GB are thousands, KiB, MiB and GiB 1024s.",
  ],
  async run(ctx, args) {
    const olderThan = args["older-than"];
    const maxSize = args["max-size"];
    const dryRun = args["dry-run"] === true;
    const now = ctx.now();
    const limits: Limits = {
      before: olderThan === undefined ? null : now.getTime() - parseDuration(olderThan, now).ms,
      maxBytes: maxSize === undefined ? null : parseByteSize("--max-size", maxSize),
    };
    const store = await ctx.store();
    const plan = await planGc(store, limits);
    let result = NOTHING;
    if (plan !== undefined) {
      result = dryRun ? await foreseeGc(ctx, store, plan) : await perform(ctx, store, plan);
      if (!dryRun) await eraseDeletedFromIndex(ctx, store);
    }
    if (isUnder(result, limits) === false) {
      ctx.warnings.push(
        `more than ${maxSize} ${dryRun ? "would stay" : "is still"} in use: what is left isn't for gc to remove`,
      );
    }
    return {
      data: toJson(result, limits, dryRun),
      text: () => describe(result, limits, dryRun),
    };
  },
});
