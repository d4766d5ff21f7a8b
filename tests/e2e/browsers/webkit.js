import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { Builder } from "selenium-webdriver";
import { DriverService } from "selenium-webdriver/remote/index.js";
import { locate, visibleText } from "./locate.js";
import { Tab, call } from "./tab.js";
import { until } from "./until.js";

const driverPath = "/usr/bin/WebKitWebDriver";

/**
 * WebKitGTK's MiniBrowser, driven by Selenium over classic WebDriver. MiniBrowser has no headless
 * mode, so it draws on an X display of its own. WebKitWebDriver holds one session at a time, so
 * every profile gets a driver of its own.
 */
export async function launch({ args = [] } = {}) {
  const display = await startDisplay();
  const profiles = new Set();
  return {
    async newProfile() {
      const profile = await startProfile(display.name, args);
      profiles.add(profile);
      return profile;
    },
    async close() {
      await Promise.all([...profiles].map((profile) => profile.close()));
      await display.close();
    },
  };
}

async function startDisplay() {
  // Without -noreset it starts anew when its last client leaves, and drops who comes just then.
  const options = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-noreset"];
  const server = spawn("/usr/bin/Xvfb", options, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const stop = () => server.kill();
  process.once("exit", stop);
  const exited = once(server, "exit");
  const number = await Promise.race([
    once(server.stdio[3], "data"),
    exited.then(([code]) => Promise.reject(new Error(`Xvfb ended with status ${code}`))),
  ]);
  return {
    name: `:${String(number).trim()}`,
    async close() {
      process.off("exit", stop);
      server.kill();
      await exited;
    },
  };
}

async function startProfile(display, args) {
  const service = new DriverService.Builder(driverPath)
    .setLoopback(true)
    .setEnvironment({ ...process.env, DISPLAY: display })
    .build();
  const driver = await new Builder()
    .disableEnvironmentOverrides()
    .usingServer(await service.start())
    .withCapabilities({
      browserName: "MiniBrowser",
      timeouts: { pageLoad: 30_000 },
      "webkitgtk:browserOptions": { args: ["--automation", ...args] },
    })
    .build();

  // The driver looks at one window at a time: commands for different tabs must not interleave.
  let last = Promise.resolve();
  let current = await driver.getWindowHandle();
  const inTurn = (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
  const inWindow = (handle) => (work) =>
    inTurn(async () => {
      if (handle === undefined) return work(driver);
      if (current !== handle) await driver.switchTo().window(handle);
      current = handle;
      return work(driver);
    });

  let unused = current;
  let closing;
  return {
    newTab: () =>
      inTurn(async () => {
        if (!unused) {
          // The one that the driver looks at may have been closed.
          await driver.switchTo().window((await driver.getAllWindowHandles())[0]);
          await driver.switchTo().newWindow("tab");
          current = await driver.getWindowHandle();
        }
        const tab = new WebKitTab(unused ?? current, inWindow);
        unused = undefined;
        return tab;
      }),
    close() {
      closing ??= inTurn(() => driver.quit()).finally(() => service.kill());
      return closing;
    },
  };
}

class WebKitTab extends Tab {
  #handle;
  #inWindow;
  #drive;

  /** @param {Function} inWindow gives what does its work with the driver looking at a tab */
  constructor(handle, inWindow) {
    super();
    this.#handle = handle;
    this.#inWindow = inWindow;
    this.#drive = inWindow(handle);
  }

  #handles() {
    return this.#inWindow()((driver) => driver.getAllWindowHandles());
  }

  /** Waits for one such element that can be used. */
  #element(wanted) {
    return until(
      () => this.run(`${call(locate, [wanted])}.find((element) => !element.disabled)`),
      () => `the page should have an enabled ${wanted.role} "${wanted.name}"`,
    );
  }

  goto(url) {
    return this.#drive((driver) => driver.get(url));
  }

  url() {
    return this.#drive((driver) => driver.getCurrentUrl());
  }

  async click(wanted) {
    const element = await this.#element(wanted);
    await this.#drive(() => element.click());
  }

  async fill(label, text) {
    const field = await this.#element({ role: "field", name: label });
    await this.#drive(async () => {
      await field.clear();
      await field.sendKeys(text);
    });
  }

  textOf(wanted) {
    return this.run(`(${visibleText})(${call(locate, [wanted])})`);
  }

  run(expression) {
    return this.#drive((driver) => driver.executeScript(`return ${expression}`));
  }

  back() {
    return this.#drive((driver) => driver.navigate().back());
  }

  reload() {
    return this.#drive((driver) => driver.navigate().refresh());
  }

  async popup(open) {
    const before = await this.#handles();
    await open();
    const opened = await until(
      async () => (await this.#handles()).find((handle) => !before.includes(handle)),
      () => "a window should have been opened",
    );
    return new WebKitTab(opened, this.#inWindow);
  }

  async isClosed() {
    return !(await this.#handles()).includes(this.#handle);
  }

  async screenshot(path) {
    const image = await this.#drive((driver) => driver.takeScreenshot());
    await writeFile(path, image, "base64");
  }

  close() {
    return this.#drive((driver) => driver.close());
  }
}
