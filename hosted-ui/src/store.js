import { errors } from "./oidc-provider.js";

const revocable = new Set(["AccessToken", "AuthorizationCode", "RefreshToken"]);

/**
 * The engine's storage, in memory and of one provider only.
 *
 * Two rules of Cognito live here, since the engine says through `consume` that a code or a rotated
 * refresh token was used: a code works once, also when it comes twice at the same moment; a rotated
 * refresh token works on for the grace period, counted from its first use.
 */
export function createStore({ graceSeconds }) {
  const records = new Map();

  class Adapter {
    constructor(model) {
      this.model = model;
    }

    key(id) {
      return `${this.model}:${id}`;
    }

    live(id) {
      const record = records.get(this.key(id));
      return record && Date.now() < record.expiresAt ? record : undefined;
    }

    async upsert(id, payload, expiresInSeconds) {
      sweep();
      records.set(this.key(id), { payload, expiresAt: Date.now() + expiresInSeconds * 1000 });
    }

    async find(id) {
      return this.live(id)?.payload;
    }

    async findByUid(uid) {
      for (const [key, { payload }] of records) {
        if (key.startsWith(`${this.model}:`) && payload.uid === uid) return this.find(payload.jti);
      }
      return undefined;
    }

    async consume(id) {
      const record = this.live(id);
      if (!record || record.payload.consumed) throw new errors.InvalidGrant("already used");
      const now = Date.now();
      if (this.model === "RefreshToken") {
        record.expiresAt = Math.min(record.expiresAt, now + graceSeconds * 1000);
      } else {
        record.payload.consumed = Math.floor(now / 1000);
      }
    }

    async destroy(id) {
      records.delete(this.key(id));
    }

    async revokeByGrantId(grantId) {
      if (!revocable.has(this.model)) return;
      for (const [key, { payload }] of records) {
        if (key.startsWith(`${this.model}:`) && payload.grantId === grantId) records.delete(key);
      }
    }
  }

  function sweep() {
    const now = Date.now();
    for (const [key, { expiresAt }] of records) {
      if (expiresAt <= now) records.delete(key);
    }
  }

  return (model) => new Adapter(model);
}
