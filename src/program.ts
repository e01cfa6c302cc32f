import { run } from "./cli/run.ts";
import root from "./commands.ts";
import { createHost } from "./host/host.ts";

const host = createHost();
host.exit(await run(root, host.context));
