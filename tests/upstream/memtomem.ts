import { beforeAll } from "bun:test";
import { installMemtomem } from "./install.ts";
import "./handover.ts";
import "./alternation.ts";
import "./write-ahead-log.ts";
import "./contents.ts";
import "./messages.ts";
import "./answers.ts";

// Not named like a test: it needs Python and a download, so it is run by `bun run test:upstream` alone.
beforeAll(installMemtomem);
