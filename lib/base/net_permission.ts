/**
 * Whether the runtime lets the program reach a host: the one place that asks
 * Deno, so that the library runs without it.
 *
 * @module
 */

/** The part of the global object that is used here; only Deno has it. */
interface Runtime {
  readonly Deno?: {
    readonly permissions: {
      request(
        descriptor: { readonly name: "net"; readonly host: string },
      ): Promise<{ readonly state: string }>;
    };
  };
  readonly performance: unknown;
}

/**
 * Asks for the permission to reach a host.
 *
 * @param host Host and port, for example `localhost:1883`.
 * @returns True where it is granted, or where the runtime has no permissions.
 */
export async function mayReach(host: string): Promise<boolean> {
  const { Deno: runtime }: Runtime = globalThis;
  if (runtime === undefined) return true;
  const { state } = await runtime.permissions.request({ name: "net", host });
  return state === "granted";
}
