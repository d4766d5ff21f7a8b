import { inOneBrowser } from "../in-one-browser.js";

inOneBrowser("chromium");
