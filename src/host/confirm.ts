/**
 * Asks a question that only yes agrees to. Reads through process.stdin, because a screen may have read that before,
 * and a program that runs later reads on.
 */
export async function confirm(question: string, write: (text: string) => void): Promise<boolean> {
  write(question);
  const { stdin } = process;
  const { promise, resolve } = Promise.withResolvers<string>();
  const answer = (bytes: Buffer) => resolve(bytes.toString());
  const nothing = () => resolve("");
  stdin.on("data", answer).on("end", nothing).on("error", nothing).resume();
  const typed = await promise;
  stdin.off("data", answer).off("end", nothing).off("error", nothing).pause();
  return /^\s*y/iu.test(typed);
}
