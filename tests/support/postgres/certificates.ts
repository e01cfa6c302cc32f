import { readFileSync } from "node:fs";

const DAYS = ["-days", "2"];
const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

function openssl(folder: string, ...argv: string[]): void {
  const { success, stderr } = Bun.spawnSync(["openssl", ...argv], {
    cwd: folder,
    stdout: "ignore",
  });
  if (!success) throw new Error(`openssl ${argv.join(" ")}: ${stderr}`);
}

/** Makes an authority. @returns the path of its certificate */
export function makeAuthority(folder: string, name: string): string {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
  openssl(folder, "req", "-x509", ...NEW_KEY, ...files, "-subj", `/CN=${name}`, ...DAYS);
  return `${folder}/${name}.crt`;
}

/**
 * Makes a certificate that an authority signs.
 * @param names like `DNS:db.example.com,IP:127.0.0.1`
 * @returns the files that a server needs, by their names
 */
export function signCertificate(
  folder: string,
  authority: string,
  names: string,
): Record<string, string> {
  const subject = ["-subj", "/CN=server", "-addext", `subjectAltName=${names}`];
  const signer = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`];
  const files = ["-keyout", "server.key", "-out", "server.crt"];
  openssl(folder, "req", "-x509", ...NEW_KEY, ...files, ...subject, ...signer, ...DAYS);
  const read = (name: string) => readFileSync(`${folder}/${name}`, "utf8");
  return { "server.crt": read("server.crt"), "server.key": read("server.key") };
}
