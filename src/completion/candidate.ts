/** One word that may stand in a command line, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}
