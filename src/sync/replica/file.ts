/** The file that holds what was pulled of other machines. It can be removed: the next pull gets all of it again. */
export function replicaPath(home: string): string {
  return `${home}/mm-remote.db`;
}
