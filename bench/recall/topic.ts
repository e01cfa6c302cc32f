/** What one session was about, and a question that it answers. */
export interface Topic {
  readonly prompt: string;
  readonly answer: string;
  readonly decision?: string;
  readonly error?: string;
  readonly file: string;
  /** What somebody asks weeks later. */
  readonly ask: string;
  /** Another session about the same part of the program, which doesn't answer the question. */
  readonly near: { readonly prompt: string; readonly answer: string };
}

/** What is said in every session of a language. */
export interface Talk {
  readonly language: string;
  readonly topics: readonly Topic[];
  /** Prompts that say nothing of a topic. */
  readonly prompts: readonly [string, ...string[]];
  /** Answers that say nothing of a topic. */
  readonly answers: readonly [string, ...string[]];
  /** The answer of a session that tried a topic before, in vain. */
  readonly gaveUp: string;
}
