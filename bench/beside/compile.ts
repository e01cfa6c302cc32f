/** Compiles one of the programs in C that lie here. @returns its path */
export function compiled(name: string, folder: string): string {
  const program = `${folder}/${name}`;
  const words = ["cc", "-O2", "-o", program, `${import.meta.dir}/${name}.c`];
  const { success, stderr } = Bun.spawnSync(words, { stderr: "pipe" });
  if (!success) throw new Error(`can't compile ${name}.c: ${stderr}`);
  return program;
}
