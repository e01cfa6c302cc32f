import { HOMEPAGE } from "../src/upgrade/distribution.ts";
import { DESCRIPTION, downloadBase, LICENSE } from "./project.ts";
import { SUMS } from "./sums.ts";
import { archiveName, TARGETS } from "./targets.ts";

const ARCHITECTURES = { x64: "64bit", arm64: "arm64" } as const;

/** Renders the Scoop manifest from the checksums of the archives. Scoop's updater fills in `$version`. */
export function renderScoop(version: string, sums: ReadonlyMap<string, string>): string {
  const archives = TARGETS.filter((target) => target.os === "windows").flatMap((target) => {
    const archive = archiveName(target, version);
    const hash = sums.get(archive);
    return hash === undefined ? [] : [{ target, archive, hash }];
  });
  const manifest = {
    version,
    description: DESCRIPTION,
    homepage: HOMEPAGE,
    license: LICENSE,
    architecture: Object.fromEntries(
      archives.map(({ target, archive, hash }) => [
        ARCHITECTURES[target.arch],
        { url: `${downloadBase(version)}/${archive}`, hash },
      ]),
    ),
    bin: "mm.exe",
    checkver: { github: HOMEPAGE },
    autoupdate: {
      architecture: Object.fromEntries(
        archives.map(({ target }) => [
          ARCHITECTURES[target.arch],
          { url: `${downloadBase("$version")}/${archiveName(target, "$version")}` },
        ]),
      ),
      hash: { url: `$baseurl/${SUMS}` },
    },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
