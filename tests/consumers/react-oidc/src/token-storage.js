/** A storage of the application's own, whose methods return promises, as OpenMetadata's. */
export class OidcTokenStorage {
  get length() {
    return Promise.resolve(localStorage.length);
  }

  async key(index) {
    return localStorage.key(index);
  }

  async getItem(key) {
    return localStorage.getItem(`om.${key}`);
  }

  async setItem(key, value) {
    localStorage.setItem(`om.${key}`, value);
  }

  async removeItem(key) {
    localStorage.removeItem(`om.${key}`);
  }

  async clear() {
    localStorage.clear();
  }
}
