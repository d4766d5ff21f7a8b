import type { Send } from "../types/api-answer.js";
import type { Prove } from "../types/proof-key.js";
import type { Opened } from "../types/with-core.js";

/** What sends a request with a token that is bound to the page's key: RFC 9449 §7. */
export function sendBound(
  { page: { proofKey }, steps }: Opened,
  asError: (fault: unknown) => Error,
): Send {
  const prove: Prove = (...request) =>
    steps.prove(...request).catch((fault: unknown) => {
      throw asError(fault);
    });
  // Another client has bound them, whose key this one did not open: the API will say that it misses it.
  return proofKey === undefined
    ? (request) => fetch(request)
    : (request, token) => proofKey.fetch(prove, request, token);
}
