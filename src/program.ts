import { run } from "./cli/run.ts";
import root from "./commands/root.ts";
import { createHost } from "./host.ts";

const host = createHost();
host.exit(await run(root, host.context));
