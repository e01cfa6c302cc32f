/**
 * Whether a session was ended for its silence, long after its work was over: what memtomem's and our own
 * automatic ends leave in the metadata.
 */
export function wasEndedAsStale(metadata: Readonly<Record<string, unknown>>): boolean {
  return metadata["auto_ended"] === true && metadata["reason"] === "stale";
}
