import { PageEvent, Target } from "./events.js";

/** How long a message takes to a page that runs. */
const millisOf = (random) => (random.chance(0.9) ? random.between(0, 4) : random.between(4, 60));

/** The `BroadcastChannel`s of one origin. */
export class Channels {
  #world;
  /** @type {Map<string, Set<Channel>>} */
  #names = new Map();

  constructor(world) {
    this.#world = world;
  }

  open(page, name) {
    const channel = new Channel(this, page, String(name));
    page.step();
    let channels = this.#names.get(channel.name);
    if (channels === undefined) this.#names.set(channel.name, (channels = new Set()));
    channels.add(channel);
    page.channels.add(channel);
    return channel;
  }

  close(channel) {
    this.#names.get(channel.name)?.delete(channel);
    channel.page.channels.delete(channel);
  }

  /** To each of the others, in the order in which it was sent. */
  send(from, data) {
    const { clock, random } = this.#world;
    const text = JSON.stringify(data);
    for (const channel of this.#names.get(from.name) ?? []) {
      if (channel === from) continue;
      const { page } = channel;
      page.toldBy = Math.max(page.toldBy, clock.awake + millisOf(random));
      clock.at(page.toldBy, page, "channel", () => channel.hear(text));
    }
  }
}

class Channel extends Target {
  #channels;
  #isClosed = false;
  onmessage = null;

  constructor(channels, page, name) {
    super();
    this.#channels = channels;
    this.page = page;
    this.name = name;
  }

  postMessage(data) {
    const { page } = this;
    page.step();
    if (this.#isClosed) throw new DOMException("The channel is closed.", "InvalidStateError");
    page.out("channel", () => page.whenActive(() => this.#channels.send(this, data)));
  }

  close() {
    this.#isClosed = true;
    this.#channels.close(this);
  }

  hear(text) {
    if (this.#isClosed) return;
    this.dispatchEvent(new PageEvent("message", { data: JSON.parse(text) }));
  }
}
