/** The key that tokens are bound to: RFC 9449. */
export interface ProofKey {
  /** The public half as a JWK, in JSON. It is made when there is none yet. */
  publicKey(): Promise<string>;
  /** The ES256 signature over a text, in base64url. */
  sign(input: string): Promise<string>;
  /** The last nonce that an origin gave: RFC 9449 §8 and §9. */
  nonce(origin: string): string | undefined;
  /** Keeps the nonce that an origin gave. */
  keep(origin: string, nonce: string): void;
}

/** Makes a proof of possession for a request with a token. */
export type Prove = (method: string, url: string, token: string) => Promise<string>;

/** A proof key whose private half stays in the browser, where no script can read it. */
export interface KeptKey extends ProofKey {
  /** Sends a request with a token that is bound to this key. */
  fetch(prove: Prove, request: Request, token: string): Promise<Response>;
  /** Removes the key: with it, every token that is bound to it is worth nothing. */
  forget(): Promise<void>;
  /** Looks for the key again when it is needed: another tab may have removed it. */
  release(): void;
}
