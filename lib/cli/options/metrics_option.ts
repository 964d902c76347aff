/**
 * The option that makes the program answer Prometheus.
 *
 * @module
 */
import type { OptionDefinition } from "../command.ts";

/** The option of commands that can be watched by Prometheus. */
export const METRICS_OPTION: OptionDefinition = {
  flags: "--metrics <address>",
  description:
    "answer Prometheus on host:port, host or port, for example 127.0.0.1:9464 (default: it is not answered)",
};
