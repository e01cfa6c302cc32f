import { runDirectly } from "./cli/run-command.ts";
import { createHost } from "./host/host.ts";
import log from "./sessions/log-command.ts";

// `mm activity log` without the tree of commands.
const { context, exit } = createHost();
exit(await runDirectly(context, ["mm", "activity", "log"], log));
