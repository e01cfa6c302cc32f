import { readFileSync } from "node:fs";
import packageJson from "../../package.json" with { type: "json" };
import { ROOT } from "../../packaging/project.ts";

/** The packages that the binary is built with, and those that they need, with their versions. */
export function bundledPackages(
  names: readonly string[] = Object.keys(packageJson.dependencies),
  found = new Map<string, string>(),
): Map<string, string> {
  for (const name of names) {
    if (found.has(name)) continue;
    const path = `${ROOT}/node_modules/${name}/package.json`;
    const { dependencies = {}, version } = JSON.parse(readFileSync(path, "utf8"));
    found.set(name, version);
    bundledPackages(Object.keys(dependencies), found);
  }
  return found;
}
