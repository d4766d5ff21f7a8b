/**
 * A stream of numbers that a seed settles: sfc32, which is small, fast and passes the usual tests.
 */
export class Random {
  /** @param {number[]} seeds whole numbers of which each makes another stream */
  constructor(...seeds) {
    this.seed(...seeds);
  }

  seed(a, b = 0, c = 0) {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.d = 1;
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** From 0 up to, and without, 1. */
  next() {
    const sum = (this.a + this.b + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  }

  /** A whole number from 0 up to, and without, `count`. */
  below(count) {
    return Math.floor(this.next() * count);
  }

  /** A number of milliseconds from `least` to `most`. */
  between(least, most) {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True that often. */
  chance(share) {
    return this.next() < share;
  }

  /** One of a list. */
  pick(list) {
    return list[this.below(list.length)];
  }

  /** One of the names of an object whose values are how often each is wanted. */
  weighted(weights) {
    let total = 0;
    for (const name in weights) total += weights[name];
    let left = this.next() * total;
    for (const name in weights) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return Object.keys(weights)[0];
  }
}
