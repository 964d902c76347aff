/**
 * The hello-world interface with its object.
 *
 * @module
 */
import type { Service, ServiceAdapterOptions } from "#lib/objectapi/mod.ts";
import { Hello } from "./hello.ts";
import { HelloServiceAdapter } from "./service_adapter.gen.ts";

export { helloDescriptor } from "./api.gen.ts";

/**
 * Shows a new object on a service.
 *
 * @param service The connection; it is connected later.
 * @param options How the object is shown.
 */
export function serveHello(
  service: Service,
  options?: ServiceAdapterOptions,
): HelloServiceAdapter {
  return new HelloServiceAdapter(new Hello(), service, options);
}
