import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { sha256 } from "./code-directory.ts";

export const SUMS = "SHA256SUMS";

/** The SHA-256, in hexadecimal, of each file below the folder except the sums, sorted by path. */
export function checksums(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path !== SUMS && statSync(`${folder}/${path}`).isFile())
    .toSorted();
  return new Map(
    paths.map((path) => [path, sha256(readFileSync(`${folder}/${path}`)).toString("hex")]),
  );
}

/** Writes `SHA256SUMS` for `sha256sum -c`. */
export function writeSums(folder: string): void {
  const lines = [...checksums(folder)].map(([path, sum]) => `${sum}  ${path}\n`);
  writeFileSync(`${folder}/${SUMS}`, lines.join(""));
}
