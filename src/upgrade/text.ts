import { escapeControls } from "../text/text.ts";
import { type InstallMethod, PUBLISHED, RELEASES, type Upgrade } from "./distribution.ts";

const HOW: Readonly<Record<InstallMethod, string>> = {
  homebrew: "was installed by Homebrew",
  scoop: "was installed by Scoop",
  npm: "was installed by npm",
  pnpm: "was installed by pnpm",
  yarn: "was installed by Yarn",
  bun: "was installed by Bun",
  // Someone who copied it there by hand can use the script from now on.
  script: "is where the install script puts it",
  manual: "was installed by hand",
};

function step({ command, folder }: Upgrade, published: boolean): string[] {
  if (!published) {
    return [
      "No release has been published yet. For the latest version, update your copy of the",
      "source, build it, and install it the same way again.",
    ];
  }
  if (command === null) {
    return ["For the latest version, replace that file with the one from", `  ${RELEASES}/latest`];
  }
  const where = folder === null ? "" : ` in ${escapeControls(folder)}`;
  return [`For the latest version, run${where}`, `  ${command}`];
}

/** @param executable the path of this copy with all links resolved */
export function upgradeText(executable: string, upgrade: Upgrade, published = PUBLISHED): string {
  // Nobody can have run a script that isn't published.
  const method = upgrade.method === "script" && !published ? "manual" : upgrade.method;
  const here = `This mm ${HOW[method]}: ${escapeControls(executable)}`;
  return [here, ...step(upgrade, published), ""].join("\n");
}
