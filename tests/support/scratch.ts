import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";

/** A folder for what several test files share; it goes when the last of them is done. */
export const SCRATCH = mkdtempSync(`${tmpdir()}/mm-tests-`);
