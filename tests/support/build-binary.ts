import { setDefaultTimeout } from "bun:test";
import { buildIfStale } from "../../build.ts";

// Many tests run processes, and CI may be slow; Bun takes no timeout from bunfig.toml.
setDefaultTimeout(60_000);
await buildIfStale();
