/** The one door to the property-testing library. */
export { default as fc } from "fast-check";
