import { type Machine, machineText } from "./machine.ts";
import { isReached, type Section, sectionText } from "./table.ts";

/** All that a run has found; `--json` writes it as it is. */
export interface Report {
  readonly machine: Machine;
  /** How many calls a median is of; 0 where no call was timed by itself. */
  readonly calls: number;
  readonly seconds: number;
  readonly notes: readonly string[];
  readonly sections: readonly Section[];
}

export function reportText({ machine, calls, seconds, notes, sections }: Report): string {
  const judged = sections
    .flatMap((section) => section.results)
    .map(isReached)
    .filter((reached) => reached !== null);
  const reached = judged.filter(Boolean).length;
  const often = calls === 0 ? "" : `medians of ${calls} calls; `;
  return [
    "# What mm costs\n",
    `${machineText(machine)}\n- ${often}${seconds} s in all\n`,
    ...notes.map((note) => `${note}\n`),
    ...sections.map(sectionText),
    `${reached} of ${judged.length} goals reached.`,
  ].join("\n");
}
