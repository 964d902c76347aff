/**
 * What adapters import: the one entry of the runtime.
 *
 * @module
 */
export type { Clock } from "#lib/base/clock.ts";
export { ConfigError, PayloadError, SmartbikeError } from "#lib/base/errors.ts";
export {
  type AddHandlerOptions,
  type EventHandler,
  EventHook,
  type Listenable,
} from "#lib/base/event_hook.ts";
export { PRIMITIVE_NAMES } from "#lib/base/primitive_type.ts";
export { Client, type ClientOptions } from "./client.ts";
export type * from "./descriptor.ts";
export { INT64_TYPES } from "./descriptor.ts";
export type { JsonData, ModuleDefinition } from "./module_definition.ts";
export { NetworkNode, type NetworkNodeOptions } from "./network_node.ts";
export type { CallOptions, InvokerOptions } from "./operation_invoker.ts";
export type { ServedProperty } from "./property_publisher.ts";
export {
  type ClientAdapterOptions,
  type OperationName,
  type PropertyName,
  RemoteObject,
  type SignalName,
} from "./remote_object.ts";
export {
  type ServedMembers,
  ServedObject,
  type ServedObjectOptions,
  type ServiceAdapterOptions,
} from "./served_object.ts";
export { type ServedCall, servedCall } from "./served_call.ts";
export { Service, type ServiceOptions } from "./service.ts";
export {
  discover,
  type DiscoveredService,
  type DiscoverOptions,
  forgetService,
} from "./service_discovery.ts";
export {
  SimulatedObject,
  type SimulatedObjectOptions,
  type SimulatedOperation,
} from "./simulated_object.ts";
export {
  runSimulation,
  type Simulation,
  type SimulationOptions,
  type SimulationScript,
} from "./simulation.ts";
export { defaultValue, equalValues } from "./value.ts";
export { isValue } from "./value_check.ts";
