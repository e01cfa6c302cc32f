import { createHost } from "./host/host.ts";
import { isHookCall, recordCall } from "./record/record-call.ts";

const { context, exit } = createHost();
const words = context.argv.slice(1);

/** As `mm hook` without the tree of commands. No failure reaches the agent. */
async function answer(): Promise<void> {
  exit(0);
  try {
    await context.out(await recordCall(context, words));
  } catch {
    // What could be written is in its own log.
  }
  context.close();
}

if (isHookCall(context, words)) await answer();
else await import("./program.ts");
