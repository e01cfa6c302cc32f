/** A column of metadata as JSON object: memtomem reads it so, and what isn't one is kept as text under `_unreadable`. */
function metadataObject(column: string): string {
  return `CASE
    WHEN typeof(${column}) = 'text' AND json_valid(${column}) AND json_type(${column}) = 'object' THEN ${column}
    WHEN ${column} IS NULL OR ${column} = '' THEN '{}'
    ELSE json_object('_unreadable', CAST(${column} AS TEXT)) END`;
}

export const METADATA_OBJECT = metadataObject("metadata");

/** SQLite takes numbers, times of day and `now` for points in time too; what is stored of those says nothing. */
function ifDate(column: string, time: string): string {
  return `CASE WHEN ${column} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN ${time} END`;
}

/** A stored time in local time, to the minute, or as it stands: the engine's own time zones take 8 ms to load. */
export function localMinute(column: string): string {
  const local = ifDate(column, `strftime('%Y-%m-%d %H:%M', ${column}, 'localtime')`);
  return `coalesce(${local}, ${column})`;
}

/** A stored time in seconds since 1970, or NULL where it is none. */
export function epochSeconds(column: string): string {
  return ifDate(column, `unixepoch(${column})`);
}

/** A text in the metadata of a row, or NULL where there is none by that name. */
export function metadataText(column: string, name: string): string {
  const object = metadataObject(column);
  return `CASE json_type(${object}, '$.${name}') WHEN 'text' THEN json_extract(${object}, '$.${name}') END`;
}
