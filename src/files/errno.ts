import { codeOf } from "../errors.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the file system is read-only",
  ENOSPC: "no space is left on the device",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would be too large",
  EISDIR: "it is a directory",
  EMFILE: "this process may not open more files",
  ENFILE: "this system may not open more files",
  ENOTDIR: "a part of its path is not a directory",
  ELOOP: "it is a symbolic link",
  EFTYPE: "it is a pipe or a device",
  ENAMETOOLONG: "its path is too long",
};

/**
 * Why the system refused to read or write a file, in words; its code where there are none.
 * @param own words for what a code means here, which come first
 */
export function whyRefused(error: unknown, own: Readonly<Record<string, string>> = {}): string {
  const code = codeOf(error);
  return own[code] ?? WORDS[code] ?? code;
}
