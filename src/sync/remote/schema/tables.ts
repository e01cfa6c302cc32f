/** The tables of the server, by column. The first columns of each key name the source, by which data can be split. */
export const SERVER_TABLES = {
  /** One database's history on one machine, which writes only its own rows. */
  source: {
    key: "source_id",
    columns: {
      source_id: "uuid NOT NULL",
      owner: "text NOT NULL DEFAULT current_user",
      machine: "text NOT NULL",
      holder: "text NOT NULL",
      last_rev: "bigint NOT NULL DEFAULT 0",
      last_event: "bigint NOT NULL DEFAULT 0",
      last_mark: "text",
      pushed_at: "timestamptz",
      clock_offset_ms: "bigint",
      mm_version: "text",
    },
  },
  session: {
    key: "source_id, session_id",
    columns: {
      source_id: "uuid NOT NULL",
      session_id: "text NOT NULL",
      rev: "bigint NOT NULL",
      print: "text NOT NULL",
      owner: "text NOT NULL DEFAULT current_user",
      bucket: "date NOT NULL",
      agent_id: "text NOT NULL",
      client: "text",
      external_id: "text",
      parent_id: "text",
      project: "text",
      branch: "text",
      model: "text",
      title: "text",
      summary: "text",
      namespace: "text",
      started_at: "timestamptz",
      ended_at: "timestamptz",
      last_event_at: "timestamptz",
      event_count: "integer NOT NULL",
      last_event: "bigint NOT NULL",
      metadata: "json NOT NULL",
      own: "json NOT NULL",
      deleted_at: "timestamptz",
    },
  },
  event: {
    key: "source_id, session_id, seq, bucket",
    columns: {
      source_id: "uuid NOT NULL",
      session_id: "text NOT NULL",
      seq: "bigint NOT NULL",
      bucket: "date NOT NULL",
      at: "timestamptz",
      type: "text NOT NULL",
      content: "text NOT NULL",
      metadata: "json NOT NULL",
    },
  },
  usage: {
    key: "source_id, client, call_id",
    columns: {
      source_id: "uuid NOT NULL",
      session_id: "text NOT NULL",
      client: "text NOT NULL",
      call_id: "text NOT NULL",
      at: "timestamptz",
      model: "text",
      input: "bigint NOT NULL",
      cache_read: "bigint NOT NULL",
      cache_write_5m: "bigint NOT NULL",
      cache_write_1h: "bigint NOT NULL",
      output: "bigint NOT NULL",
      reasoning: "bigint NOT NULL",
      calls: "integer NOT NULL",
      is_fast: "integer NOT NULL",
      hidden: "integer NOT NULL",
      cost_told: "double precision",
    },
  },
} as const;

export type ServerTable = keyof typeof SERVER_TABLES;

/** The names of a table's columns, in its order. */
export function serverColumns(table: ServerTable): readonly string[] {
  return Object.keys(SERVER_TABLES[table].columns);
}
