import { codeOf, UserError } from "../../errors.ts";
import { type ServerAddress, serverPlace } from "./address.ts";

const POOLER_STATE = "08P01";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The SQLSTATE of a server's answer, or empty. */
function stateOf(error: unknown): string {
  const state = (error as { errno?: unknown } | null)?.errno;
  if (typeof state !== "string") return "";
  if (state !== POOLER_STATE) return state;
  const text = messageOf(error);
  return POOLERS.find(([says]) => says.test(text))?.[1] ?? state;
}

const INIT = "`mm sync init` sets it up, or upgrades it";

/** What a server's refusal means, by the beginning of its SQLSTATE: the text after the server's name, and the next step. */
const REFUSALS: readonly (readonly [state: string, what: string, hint: string])[] = [
  [
    "28",
    "refuses the password or the user",
    "check the user in the URL and the password in ~/.pgpass or $PGPASSWORD",
  ],
  ["3D000", "has no such database", "check the end of the URL, or have the database created"],
  ["3F000", "has no schema mm", INIT],
  ["42P01", "has no schema mm", INIT],
  ["42703", "has another schema than this mm knows", INIT],
  [
    "42501",
    "lets this user not do that",
    "the administrator grants mm_member or mm_lead; only who owns the schema may change it",
  ],
  [
    "25006",
    "takes no writes: it is read-only or in recovery",
    "name the primary server in the URL",
  ],
  [
    "53100",
    "has no room left on its disk",
    "free some there, then run this again; nothing is lost",
  ],
  ["53300", "has too many connections", "wait, or put a pooler in front of it"],
  ["53", "is out of resources", "wait, then run this again"],
  ["57P03", "is starting up or shutting down", "wait, then run this again"],
  ["options", "takes no options for a connection", "unset PGOPTIONS, then run this again"],
  ["57014", "took too long", "run this again; what was sent is kept"],
];

/** How poolers, which know one SQLSTATE, say what servers have many for. */
const POOLERS: readonly (readonly [says: RegExp, state: string])[] = [
  [/authentication failed|no such user|password/iu, "28"],
  [/startup parameter: options/u, "options"],
  [/no such database|database "?.*"? does not exist/iu, "3D000"],
];

const UNTRUSTED =
  /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_(?:UNTRUSTED|SIGNATURE)|CERT_HAS_EXPIRED/u;

/** What went wrong on the way to the server. */
function onTheWay(error: unknown): readonly [what: string, hint: string] | null {
  const code = codeOf(error);
  if (code === "ERR_POSTGRES_CONNECTION_REFUSED" || code === "ECONNREFUSED") {
    return ["can't be reached", "check the host and the port, and that the server runs"];
  }
  if (code === "ERR_POSTGRES_CONNECTION_FAILED") {
    return ["closes every connection", "check that the port is the one of PostgreSQL"];
  }
  if (code === "ERR_POSTGRES_TLS_NOT_AVAILABLE") {
    return ["offers no TLS", "turn TLS on there; only a server on this machine may do without"];
  }
  if (code.includes("ALTNAME") || code.includes("HOSTNAME_MISMATCH")) {
    return ["has a certificate for another name", "use the name that the certificate has"];
  }
  if (UNTRUSTED.test(code)) {
    return [
      "has a certificate that isn't trusted",
      'name the file of its authority as "ca" of "sync" in mm.json',
    ];
  }
  if (code.includes("TIMEOUT")) return ["doesn't answer", "check the network, then run this again"];
  if (isLostConnection(error))
    return ["closed the connection", "run this again; what was sent is kept"];
  return null;
}

/** Whether the connection broke, so that nobody knows whether the last transaction was committed. */
function isLostConnection(error: unknown): boolean {
  const state = stateOf(error);
  if (state.startsWith("08") || state === "57P01" || state === "57P02") return true;
  return /ERR_POSTGRES_(?:CONNECTION_CLOSED|LIFETIME|IDLE)|ECONNRESET|EPIPE/u.test(codeOf(error));
}

/** Whether the same transaction may succeed when it is run again. */
export function isPassing(error: unknown): boolean {
  const state = stateOf(error);
  return state === "40001" || state === "40P01" || state === "57P03" || isLostConnection(error);
}

/** Whether this user may not do that. */
export function isForbidden(error: unknown): boolean {
  return stateOf(error) === "42501";
}

const MADE_MEANWHILE: readonly string[] = ["23505", "42P06", "42P07", "42710", "XX000"];

/** Whether another user made what this one was about to make. */
export function isMadeMeanwhile(error: unknown): boolean {
  return MADE_MEANWHILE.includes(stateOf(error));
}

/** Whether an administrator has split a table without a part for every row: a constraint that is broken has a name. */
function isWithoutPartition(error: unknown): boolean {
  return stateOf(error) === "23514" && !(error as { constraint?: unknown }).constraint;
}

/** Whether the server refuses the data, so that it would refuse it again. */
export function isRefusedData(error: unknown): boolean {
  if (isWithoutPartition(error)) return false;
  const state = stateOf(error);
  return ["21", "22", "23", "54"].some((kind) => state.startsWith(kind));
}

/** Whether the server may take as single rows what it doesn't take by COPY: it knows some of them, or no COPY. */
export function isRefusedCopy(error: unknown): boolean {
  return isRefusedData(error) || ["0A", "42"].some((kind) => stateOf(error).startsWith(kind));
}

/** Turns a failure of the server or the network into a message for people. Other errors stay as they are. */
export function explainRemote(error: unknown, address: ServerAddress): unknown {
  if (error instanceof UserError) return error;
  const place = serverPlace(address);
  const state = stateOf(error);
  const refusal = REFUSALS.find(([start]) => state !== "" && state.startsWith(start));
  if (refusal !== undefined) {
    return new UserError("sync_refused", `${place} ${refusal[1]}`, refusal[2]);
  }
  if (isWithoutPartition(error)) {
    return new UserError(
      "sync_refused",
      `${place} has no partition for some events: ${messageOf(error)}`,
      "have the month's partition added there, and one by DEFAULT, then run this again",
    );
  }
  const failure = onTheWay(error);
  if (failure !== null)
    return new UserError("sync_unreachable", `${place} ${failure[0]}`, failure[1]);
  const isServers = state !== "" || codeOf(error).startsWith("ERR_POSTGRES");
  if (!isServers) return error;
  return new UserError(
    "sync_refused",
    `${place}: ${messageOf(error)}`,
    "run this again; `mm sync status` shows what is there",
  );
}
