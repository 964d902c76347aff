/**
 * Property-based testing, in one place: the only file that imports the package.
 *
 * @module
 */
export { default as fc } from "fast-check";
