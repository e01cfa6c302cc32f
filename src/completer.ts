import { complete } from "./commands/complete.ts";
import { createHost } from "./host.ts";

await complete(createHost().context);
