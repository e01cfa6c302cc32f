const DELAY_US = 2000;

/**
 * Compiles the library into the folder and returns the environment in which every fsync takes 2 ms longer.
 * @returns a string with the reason if it can't
 */
export function slowFsyncEnv(folder: string): Record<string, string> | string {
  if (process.platform !== "linux") return "not measured: only Linux preloads a library this way";
  const compiler = ["cc", "gcc", "clang"].map((name) => Bun.which(name)).find(Boolean);
  if (!compiler) return "not measured: no C compiler";
  const library = `${folder}/slow-fsync.so`;
  const source = `${import.meta.dir}/slow-fsync.c`;
  const argv = [compiler, "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"];
  const { success, stderr } = Bun.spawnSync(argv);
  if (!success) return `not measured: ${stderr.toString().split("\n", 1)[0]}`;
  return { LD_PRELOAD: library, SLOW_FSYNC_US: String(DELAY_US) };
}
