import { CLIENTS, type Client } from "../agents/agents.ts";
import { UserError } from "../errors.ts";

/**
 * The clients that words name.
 * @throws UserError `usage`
 */
export function parseClients(words: readonly string[]): Client[] {
  return [...new Set(words)].map((word) => {
    const client = CLIENTS.find((known) => known === word);
    if (client !== undefined) return client;
    throw new UserError("usage", `unknown client '${word}'`, `one of: ${CLIENTS.join(", ")}`);
  });
}
