/**
 * Certificates for tests of TLS, made by `openssl`.
 *
 * @module
 */
import { requireProgram } from "./requires.ts";

/** A certificate with its private key, in PEM. */
export interface KeyPair {
  /** The certificate. */
  readonly cert: string;
  /** The private key. */
  readonly key: string;
}

/** An authority with a server and a client that it vouches for. */
export interface Certificates {
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  /** Server at 127.0.0.1 and localhost. */
  readonly server: KeyPair;
  /** A client. */
  readonly client: KeyPair;
}

/**
 * Makes an authority and what it signs, valid for a day.
 *
 * @returns The certificates; nothing is left on the disk.
 */
export async function makeCertificates(): Promise<Certificates> {
  const folder = await Deno.makeTempDir({ prefix: "smartbike-certificates-" });
  try {
    const ca = await makeKeyPair(folder, "ca", [
      ...["-addext", "basicConstraints=critical,CA:TRUE"],
      ...["-addext", "keyUsage=critical,keyCertSign"],
    ]);
    const signed = [
      ...["-CA", `${folder}/ca.crt`, "-CAkey", `${folder}/ca.key`],
      ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ];
    const server = await makeKeyPair(folder, "server", [
      ...signed,
      ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
    ]);
    const client = await makeKeyPair(folder, "client", [
      ...signed,
      ...["-addext", "extendedKeyUsage=clientAuth"],
    ]);
    return { ca: ca.cert, server, client };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function makeKeyPair(
  folder: string,
  name: string,
  args: readonly string[],
): Promise<KeyPair> {
  const [key, cert] = [`${folder}/${name}.key`, `${folder}/${name}.crt`];
  const { success, stderr } = await new Deno.Command(
    requireProgram("openssl"),
    {
      args: [
        ...[
          "req",
          "-x509",
          "-days",
          "1",
          "-subj",
          `/CN=smartbike test ${name}`,
        ],
        ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
        ...["-nodes", "-keyout", key, "-out", cert],
        ...args,
      ],
      stdout: "null",
      stderr: "piped",
    },
  ).output();
  if (!success) throw new TypeError(new TextDecoder().decode(stderr));
  return {
    cert: await Deno.readTextFile(cert),
    key: await Deno.readTextFile(key),
  };
}
