/** Reads standard input to its end. @returns its first bytes, at most `limit`, and how many there were */
export async function readStdin(limit: number): Promise<{ head: Uint8Array; total: number }> {
  const chunks: Uint8Array[] = [];
  let kept = 0;
  let total = 0;
  for await (const chunk of Bun.stdin.stream()) {
    total += chunk.length;
    if (kept < limit) {
      const part = chunk.subarray(0, limit - kept);
      chunks.push(part);
      kept += part.length;
    }
  }
  return { head: Buffer.concat(chunks), total };
}
