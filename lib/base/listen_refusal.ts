/**
 * Why the system lets a server not listen.
 *
 * @module
 */
import { reasonOf } from "./reason.ts";

/** The first port that every user may listen on. */
const FIRST_OPEN_PORT = 1024;

/**
 * Says why a server cannot listen, and what can be done.
 *
 * @param cause The error of Node.js or Deno, with the system's code.
 * @param port The port that was asked for.
 */
export function whyNotListening(cause: unknown, port: number): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : "";
  if (code === "EADDRINUSE") return "the port is in use";
  if (code !== "EACCES") return reasonOf(cause);
  return port < FIRST_OPEN_PORT
    ? `access is denied, ports below ${FIRST_OPEN_PORT} need root, expected another port`
    : "access is denied";
}
