/** The version of the `mm_` tables that this program reads and writes. */
export const SCHEMA_VERSION = 2;
