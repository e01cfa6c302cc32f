import { afterAll, beforeAll } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { BINARY } from "../support/binary.ts";
import { ModelServer } from "./model/server.ts";

/** What the tests of a file drive agents with, for as long as they run. */
interface Driving {
  /** The path of a copy of the binary, which another build leaves alone. */
  readonly mm: string;
  readonly server: ModelServer;
}

export function driving(): Driving {
  const folder = mkdtempSync(`${tmpdir()}/mm-clients-`);
  const mm = `${folder}/bin/mm`;
  const server = new ModelServer();
  beforeAll(() => {
    mkdirSync(`${folder}/bin`);
    copyFileSync(BINARY, mm);
  });
  afterAll(() => {
    server[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });
  return { mm, server };
}
