import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import { diagnose, isWell } from "./diagnose.ts";
import { doctorJson } from "./json.ts";
import { doctorText } from "./text.ts";

export default command({
  meta: { name: "doctor", description: "Find problems, and show how to fix them" },
  args: {
    fix: { type: "boolean", description: "Fix what can be fixed without losing anything" },
    json: options.json,
  },
  example: "mm doctor --fix",
  details: [
    "It checks the database and its files, their owners and modes, the state file, sessions that have been silent for long, events in the spool, the hooks of all agents, and which mm is on PATH. --fix closes files to other users, stores the events from the spool, merges a large write-ahead log, moves the log of another database aside, creates missing tables, and removes a state file that names no active session. The exit code is 1 while there is a problem; a note isn't one.",
  ],
  async run(ctx, { fix }) {
    const report = await diagnose(ctx, fix);
    const page = () => ({ style: styleFor(ctx), columns: terminalColumns(ctx) });
    return {
      data: doctorJson(report),
      text: () => doctorText(report, page()),
      exitCode: isWell(report) ? 0 : 1,
    };
  },
});
