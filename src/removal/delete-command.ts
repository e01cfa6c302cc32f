import { command } from "../cli/command.ts";
import { UserError } from "../errors.ts";
import { eraseDeletedFromIndex } from "../search/search.ts";
import { escapeControls } from "../text/text.ts";
import { deleteSessions } from "./delete.ts";
import { type Doomed, whatGoes } from "./plan.ts";

const NOTES = { deleted: null, cleared: "No longer naming it", left: "Still naming it" } as const;

function describe(doomed: readonly Doomed[], dryRun: boolean): string {
  const lines = doomed.flatMap((one) => {
    const notes = one.others.flatMap(({ table, rows, effect }) => {
      const note = NOTES[effect];
      return note === null ? [] : [`  ${note}: ${rows} row(s) of ${escapeControls(table)}`];
    });
    return [
      `${dryRun ? "Would be deleted" : "Session deleted"}: ${escapeControls(one.session.id)}`,
      `  With: ${escapeControls(whatGoes(one))}`,
      ...notes,
    ];
  });
  return `${lines.join("\n")}\n`;
}

function toJsonRow({ session, events, madeByMm, others }: Doomed) {
  return {
    id: session.id,
    agent_id: session.agentId,
    events,
    made_by_mm: madeByMm,
    other_rows: others.map(({ table, rows, effect }) => ({ table, rows, effect })),
  };
}

export default command({
  meta: { name: "delete", description: "Delete ended sessions with their events" },
  args: {
    id: {
      type: "positional",
      rest: true,
      completes: "session",
      valueHint: "ID…",
      description: "Ids of the sessions or their first 6 or more characters",
    },
    force: {
      type: "boolean",
      description: "Even those that mm didn't make or that other tables refer to",
    },
    "dry-run": { type: "boolean", description: "Say what would go, and change nothing" },
    json: { type: "boolean", description: "Print one line of JSON" },
  },
  example: "mm session delete bb9282 --dry-run",
  details: [
    "It doesn't ask, and there is no way back. If one of the sessions can't be deleted, none is. An active one never is: end it first.",
    "Without --force a session that another program made or refers to stays, and the message says what would go with it.",
  ],
  async run(ctx, args) {
    if (args._.length === 0) throw new UserError("usage", "missing argument: ID");
    const dryRun = args["dry-run"] === true;
    const doomed = await deleteSessions(ctx, {
      ids: args._,
      force: args.force === true,
      dryRun,
      onEvents: () => undefined,
    });
    if (!dryRun) await eraseDeletedFromIndex(ctx, await ctx.store());
    return {
      data: {
        dry_run: dryRun,
        deleted: doomed.map(toJsonRow),
        count: doomed.length,
        events: doomed.reduce((sum, { events }) => sum + events, 0),
      },
      text: () => describe(doomed, dryRun),
    };
  },
});
