import { command } from "../cli/command.ts";
import { parsePeriod } from "../cli/numbers.ts";
import { options } from "../cli/options.ts";
import { withProgress } from "../cli/progress.ts";
import { terminalColumns } from "../cli/table.ts";
import { backfill } from "./backfill.ts";
import { READABLE, readableAgent } from "./changes/plan.ts";
import { backfillJson } from "./json.ts";
import { isTaken } from "./report.ts";
import { retentionNotes } from "./retention/retention.ts";
import { backfillNotes, backfillText, TO_READ_ALL } from "./text.ts";

export default command({
  meta: {
    name: "backfill",
    description: "Import the transcripts that agents keep: sessions, answers, tokens",
  },
  args: {
    agent: {
      type: "positional",
      rest: true,
      required: false,
      completes: READABLE,
      valueHint: "AGENT…",
      description: `Only these agents; default: all of ${READABLE.join(", ")}`,
    },
    known: {
      type: "boolean",
      description: "Only sessions that hooks have recorded; ends after a minute",
    },
    push: { type: "boolean", description: "Then send what is new, like `mm sync push --quiet`" },
    "usage-only": {
      type: "boolean",
      description: "Only tokens: much faster, and nothing that was said is stored",
    },
    since: options.since("Only transcripts written to"),
    "dry-run": options.dryRun("Show what would be read"),
    json: options.json,
  },
  example: "mm backfill",
  details: [
    "Reads what agents have written in your home folder and changes nothing there. A session that hooks have recorded is completed, not stored twice. Run it again at any time: it reads only what has changed.",
    "Sessions that hooks record are completed automatically, after their start and their end. To turn that off: `mm config set history false`.",
    "With `--usage-only`, `mm stats tokens` and `mm stats cost` have their numbers sooner. A session then has its folder, branch, model and calls, but no title and no events, until `mm backfill` reads it whole; no call is counted twice.",
    "How much is stored follows `capture` in mm.json, and secrets are redacted, as for hooks.",
  ],
  async run(ctx, { _: words, known, push, since, json, ...only }) {
    const { "dry-run": dryRun, "usage-only": usageOnly } = only;
    const agents = [...new Set(words.map(readableAgent))];
    const from = parsePeriod({ since }, ctx.now()).since?.getTime() ?? null;
    const reports = await withProgress(ctx, "Reading", json, (progress) =>
      backfill(ctx, { agents, known, since: from, usageOnly, dryRun }, progress),
    );
    ctx.warnings.push(...backfillNotes(reports));
    if (push && !dryRun) ctx.later(["sync", "push", "--quiet"]);
    const there = reports.filter(({ found }) => found > 0).map(({ agent }) => agent);
    const isNew = dryRun || reports.some(isTaken);
    const kept = isNew ? await retentionNotes(ctx, there, !dryRun && !usageOnly) : [];
    const notes = usageOnly && isNew && !dryRun ? [TO_READ_ALL, ...kept] : kept;
    return {
      data: backfillJson(reports, dryRun),
      text: () => backfillText(reports, dryRun, terminalColumns(ctx), notes),
    };
  },
});
