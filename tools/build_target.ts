/**
 * The machines that executables are built for.
 *
 * @module
 */

/** The version of Deno that executables run on. */
export const DENO_VERSION = "2.9.5";

/** A kind of machine. */
export interface BuildTarget {
  /** Its name, as `deno compile --target` takes it. */
  readonly triple: string;
  /** Its architecture, as `uname -m` prints it. */
  readonly machine: "x86_64" | "aarch64";
  /** The npm package that holds Deno's binary for it. */
  readonly npmPackage: string;
  /** The processor, as `deno install --arch` takes it. */
  readonly npmArch: string;
  /** Integrity of that package's archive, as the registry states it. */
  readonly npmIntegrity: string;
  /** SHA-256 of Deno's binary, in hexadecimal digits. */
  readonly runtimeSha256: string;
  /** The dynamic loader of its C library; without it no program of this kind runs. */
  readonly loader: string;
  /** Its C library, by the very name that the program opens it under. */
  readonly libc: string;
}

/** All machines, by their triples. */
export const BUILD_TARGETS: readonly BuildTarget[] = [
  {
    triple: "x86_64-unknown-linux-gnu",
    machine: "x86_64",
    npmPackage: "@deno/linux-x64-glibc",
    npmArch: "x64",
    npmIntegrity:
      "sha512-TDqcnoLe3jlgqYEQm7H7MK6q0JOth+o8iSZzknRODnVkJfPiNnjVn1M1Zc6vnp+ipkyb6Av1/CUlHgHtlq59Gw==",
    runtimeSha256:
      "dc480c462c8c3582524f3e75c160613d0a975e1f66b5465995d58bae236da7d3",
    loader: "/lib64/ld-linux-x86-64.so.2",
    libc: "/lib/x86_64-linux-gnu/libc.so.6",
  },
  {
    triple: "aarch64-unknown-linux-gnu",
    machine: "aarch64",
    npmPackage: "@deno/linux-arm64-glibc",
    npmArch: "arm64",
    npmIntegrity:
      "sha512-IuYjsz9PGl7CJcNXMuN27KNDB8Q40brK3SG3l+TXMDVW61ZKwcn0fQHBHnXFiiygEwI8by/fKnASEluhZB1atw==",
    runtimeSha256:
      "e1a70c5eb03b0ebaf761077029ef86b9ba22d50e2b54ca45ce5437457f701b63",
    loader: "/lib/ld-linux-aarch64.so.1",
    libc: "/lib/aarch64-linux-gnu/libc.so.6",
  },
];
