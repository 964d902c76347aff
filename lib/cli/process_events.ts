/**
 * What happens to this process.
 *
 * @module
 */

/**
 * Listens for errors that nobody catches.
 *
 * @returns Stops listening when disposed.
 */
export function listenForUncaught(
  handler: (error: unknown) => void,
): Disposable {
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    handler(event.reason);
  };
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    handler(event.error);
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  globalThis.addEventListener("error", onError);
  return {
    [Symbol.dispose]: () => {
      globalThis.removeEventListener("unhandledrejection", onRejection);
      globalThis.removeEventListener("error", onError);
    },
  };
}

/**
 * Listens for a signal.
 *
 * @returns Stops listening when disposed.
 */
export function onSignal(name: Deno.Signal, listener: () => void): Disposable {
  Deno.addSignalListener(name, listener);
  return { [Symbol.dispose]: () => Deno.removeSignalListener(name, listener) };
}
