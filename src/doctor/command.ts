import { command } from "../cli/command.ts";
import { options } from "../cli/options.ts";
import { styleFor } from "../cli/style.ts";
import { terminalColumns } from "../cli/table.ts";
import { diagnose, isWell } from "./diagnose.ts";
import { doctorJson } from "./json.ts";
import { doctorText } from "./text.ts";

export default command({
  meta: { name: "doctor", description: "Look for what is wrong, and say how to fix it" },
  args: {
    fix: { type: "boolean", description: "Fix what can be fixed without losing anything" },
    json: options.json,
  },
  example: "mm doctor --fix",
  details: [
    "Looks at the database, its files, whose they are and where they lie, the state file, sessions that nothing has been heard of for long, calls that wait in the spool, the hooks of all agents, and which mm is on PATH. --fix closes files to other users, takes in the spool, folds in a large write-ahead log, moves one of another database aside, makes missing tables and removes a state file that names no active session. The exit code is 1 while there is a problem; a note is none.",
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
