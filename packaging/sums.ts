import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { sha256 } from "./code-directory.ts";

export const SUMS = "SHA256SUMS";

/** SHA-256 in hexadecimal by path, of all files below the folder but the sums themselves, sorted. */
export function checksums(folder: string): Map<string, string> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path !== SUMS && statSync(`${folder}/${path}`).isFile())
    .toSorted();
  return new Map(
    paths.map((path) => [path, sha256(readFileSync(`${folder}/${path}`)).toString("hex")]),
  );
}

/** Writes `SHA256SUMS`, as `sha256sum -c` reads it. */
export function writeSums(folder: string): void {
  const lines = [...checksums(folder)].map(([path, sum]) => `${sum}  ${path}\n`);
  writeFileSync(`${folder}/${SUMS}`, lines.join(""));
}
