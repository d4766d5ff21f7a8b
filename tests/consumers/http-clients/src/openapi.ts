/** As `openapi-typescript` makes it of an API's description. */
export interface paths {
  "/me": {
    get: { responses: { 200: { content: { "application/json": { sub: string } } } } };
  };
}
