/**
 * Responses, with the headers that keep a browser safe.
 *
 * @module
 */

/** A response without a stream. */
interface ResponseOptions {
  /**
   * HTTP status.
   *
   * @default {200}
   */
  readonly status?: number;
  /** More headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Nothing is loaded, run or embedded that this server does not serve itself. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Headers of every response. */
const SAFE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** Makes a response. */
export function respond(
  body: BodyInit | null,
  type: string,
  options: ResponseOptions = {},
): Response {
  const { status = 200, headers } = options;
  return new Response(body, {
    status,
    headers: { ...SAFE_HEADERS, "content-type": type, ...headers },
  });
}

/** Makes a JSON response. */
export function respondJson(
  data: unknown,
  options: ResponseOptions = {},
): Response {
  return respond(JSON.stringify(data), "application/json", options);
}

/**
 * Makes a response that says why not.
 *
 * @param message A text for people.
 */
export function refuse(
  status: number,
  error: { readonly code: string; readonly message: string },
  headers: Readonly<Record<string, string>> = {},
): Response {
  return respondJson({ error }, { status, headers });
}
