import { run } from "./cli/run.ts";
import { createHost } from "./host.ts";

const host = createHost();
// The tree is loaded late, so that `mm --version` costs next to nothing.
const root = () => import("./commands/root.ts").then((module) => module.default);
host.exit(await run(root, host.context));
