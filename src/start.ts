import { runDirectly } from "./cli/run-command.ts";
import { createHost } from "./host/host.ts";
import start from "./sessions/start/command.ts";

// `mm session start` without the tree of commands.
const { context, exit } = createHost();
exit(await runDirectly(context, ["mm", "session", "start"], start));
