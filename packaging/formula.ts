import { HOMEPAGE } from "../src/upgrade/distribution.ts";
import { DESCRIPTION, downloadBase, LICENSE } from "./project.ts";
import { archiveName, TARGETS, type Target } from "./targets.ts";

const SYSTEMS = { darwin: "on_macos", linux: "on_linux" } as const;
const PROCESSORS = { arm64: "on_arm", x64: "on_intel" } as const;

/**
 * Renders the Homebrew formula from the checksums of the archives. Platforms without one are left out.
 * On Linux, Homebrew runs glibc binaries.
 */
export function renderFormula(version: string, sums: ReadonlyMap<string, string>): string {
  return `# frozen_string_literal: true

# Written by the release; changes are made in packaging/formula.ts of the project.
class Mm < Formula
  desc ${ruby(DESCRIPTION)}
  homepage ${ruby(HOMEPAGE)}
  version ${ruby(version)}
  license ${ruby(LICENSE)}

  livecheck do
    url :homepage
    strategy :github_latest
  end

${system("darwin", version, sums)}${system("linux", version, sums)}  def install
    bin.install "mm"
    man1.install "man/mm.1"
    doc.install "THIRD_PARTY_NOTICES.txt"
    generate_completions_from_executable(bin/"mm", "completion")
  end

  test do
    assert_equal "mm #{version}", shell_output("#{bin}/mm --version").strip
    ENV["MM_HOME"] = (testpath/"memory").to_s
    started = JSON.parse(shell_output("#{bin}/mm session start --idempotent --json"))
    refute started["resumed"]
    resumed = JSON.parse(shell_output("#{bin}/mm session start --idempotent --json"))
    assert resumed["resumed"]
    assert_equal started["session_id"], resumed["session_id"]
    assert_match started["session_id"], shell_output("#{bin}/mm session list --json")
  end
end
`;
}

function ruby(text: string): string {
  return JSON.stringify(text).replaceAll("#", "\\#");
}

function system(
  os: keyof typeof SYSTEMS,
  version: string,
  sums: ReadonlyMap<string, string>,
): string {
  const targets = TARGETS.filter((target) => target.os === os && target.libc !== "musl");
  const branches = (["arm64", "x64"] as const).flatMap((arch) => {
    const target = targets.find((candidate) => candidate.arch === arch);
    return target === undefined ? [] : branch(target, version, sums);
  });
  if (branches.length === 0) return "";
  return `  ${SYSTEMS[os]} do\n${branches.join("")}  end\n\n`;
}

function branch(target: Target, version: string, sums: ReadonlyMap<string, string>): string[] {
  const archive = archiveName(target, version);
  const sum = sums.get(archive);
  if (sum === undefined) return [];
  return [
    `    ${PROCESSORS[target.arch]} do\n`,
    `      url ${ruby(`${downloadBase(version)}/${archive}`)}\n`,
    `      sha256 ${ruby(sum)}\n`,
    "    end\n",
  ];
}
