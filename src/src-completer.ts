import { complete } from "./completer.ts";
import { createHost } from "./host/host.ts";

await complete(createHost().context);
