// memtomem reads metadata as a JSON object; what isn't one is kept as text under `_unreadable`.
export const METADATA_OBJECT = `CASE
    WHEN typeof(metadata) = 'text' AND json_valid(metadata) AND json_type(metadata) = 'object' THEN metadata
    WHEN metadata IS NULL OR metadata = '' THEN '{}'
    ELSE json_object('_unreadable', CAST(metadata AS TEXT)) END`;

/** A stored time in local time, to the minute, or as it stands: the engine's own time zones take 8 ms to load. */
export function localMinute(column: string): string {
  return `coalesce(strftime('%Y-%m-%d %H:%M', ${column}, 'localtime'), ${column})`;
}
