import { AGENT_NAMES, AGENTS } from "../agents/agents.ts";
import { forgetCounts } from "../store/history/transcripts.ts";
import { counted } from "../text/text.ts";
import { describeGoing, goingSoon } from "../transcripts/retention/retention.ts";
import { type Check, type Diagnosis, FIX } from "./check.ts";
import type { Finding } from "./finding.ts";
import { linesNotUnderstood, type UnknownLines } from "./sql.ts";

/** What agents are about to delete before anybody has read it. */
export const leavingTranscripts: Check = {
  name: "transcripts",
  async run(ctx) {
    const going = await goingSoon(ctx);
    return going.map((one): Diagnosis => {
      const { agent, days, setting } = one;
      const finding: Finding = {
        check: "transcripts",
        severity: "note",
        what: describeGoing(one),
        why: `it keeps them for ${counted(Math.ceil(days), "day")} (${setting} in its settings); answers and tokens are nowhere else`,
        mend: `mm backfill ${agent}`,
      };
      return { finding };
    });
  },
};

function whose({ agent, version }: UnknownLines): string {
  const known = AGENT_NAMES.find((name) => name === agent);
  const name = known === undefined ? agent : AGENTS[known].name;
  return version === null ? name : `${name} ${version}`;
}

/** What readers didn't understand, so that a change of a format is seen. */
export const unknownLines: Check = {
  name: "transcript-lines",
  async run(ctx) {
    const store = await ctx.store();
    const unknown = (await store.read(({ db }) => linesNotUnderstood(db))) ?? [];
    return unknown.map((one): Diagnosis => {
      const { agent, version, lines, transcripts } = one;
      const finding: Finding = {
        check: "transcript-lines",
        severity: "note",
        what: `mm didn't understand ${counted(lines, "line")} in ${counted(transcripts, "transcript")} of ${whose(one)}`,
        why: `if the agent writes in a new way, answers or tokens may be missing; lines that a crash has cut do no harm, and \`${FIX}\` forgets them until there are new ones`,
        mend: "mm upgrade && mm backfill",
      };
      return { finding, fix: () => store.write(({ db }) => forgetCounts(db, agent, version)) };
    });
  },
};
