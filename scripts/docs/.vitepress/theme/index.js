import DefaultTheme from "vitepress/theme";
import { h } from "vue";
import "./site.css";

/** VitePress's own page for what is not there has no landmark. */
const notFound = () =>
  h("main", { class: "not-found" }, [
    h("h1", "There is no such page"),
    h("p", h("a", { href: "/docs/index.html" }, "All pages")),
  ]);

export default {
  extends: DefaultTheme,
  Layout: () => h(DefaultTheme.Layout, null, { "not-found": notFound }),
};
