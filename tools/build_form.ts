/**
 * The forms an executable can have.
 *
 * @module
 */

/** The forms: made by `deno compile`, or a self-extracting file. */
export const BUILD_FORMS = ["compiled", "portable"] as const;

/** The form of an executable. */
export type BuildForm = (typeof BUILD_FORMS)[number];
