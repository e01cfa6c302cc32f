import { UserError } from "../../errors.ts";
import { explainFault } from "../../store/faults.ts";

/** Explains why the replica can't be used. It can be made anew, unlike a database of this machine. */
export function explainReplica(error: unknown, path: string): unknown {
  const fault = explainFault(error, path);
  if (!(fault instanceof UserError) || !fault.message.includes(path)) return fault;
  if (fault.code !== "database_unusable") return fault;
  const hint = "remove it, and `mm sync pull` gets everything again";
  return new UserError(fault.code, fault.message, hint);
}
