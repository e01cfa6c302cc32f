import type { InstallerContext } from "../install/install.ts";
import type { Refused } from "../install/planning/each.ts";
import { filesIn, type RegisterRequest, registerServers } from "./install.ts";
import { registerJson } from "./json.ts";
import { registerText } from "./text.ts";

type Request = Omit<RegisterRequest, "readOnly" | "thisProject">;

const USUAL = { readOnly: false, thisProject: false };

/** What registering the server beside the hooks would change, in lines for the question that is asked once for both. */
export async function ahead(ctx: InstallerContext, request: Request): Promise<string[]> {
  const files = filesIn(await registerServers(ctx, { ...request, ...USUAL, dryRun: true }));
  return files.length === 0 ? [] : ["and to register its server in", ...files];
}

/** What was registered beside the hooks, as `mm hooks install --mcp` tells it. */
interface Beside {
  readonly json: { readonly servers: ReturnType<typeof registerJson>["clients"] };
  readonly diff: string;
  readonly refused: readonly Refused[];
  text(): string;
}

/** Registers the server with the agents whose hooks were installed. */
export async function beside(ctx: InstallerContext, request: Request): Promise<Beside> {
  const result = await registerServers(ctx, { ...request, ...USUAL });
  return {
    json: { servers: registerJson(result, false).clients },
    diff: result.diff,
    refused: result.refused,
    text: () => registerText(result),
  };
}
