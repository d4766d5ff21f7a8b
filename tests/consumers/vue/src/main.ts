import { createApp } from "vue";
import { createRouter, createWebHistory } from "vue-router";
import { createAuth } from "pkce-wasm/vue";
import App from "./App.vue";
import { client } from "./client.js";
import Home from "./Home.vue";
import Orders from "./Orders.vue";

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: "/", component: Home },
    { path: "/callback", component: Home },
    { path: "/orders", component: Orders, meta: { requiresAuth: true } },
  ],
});

createApp(App).use(router).use(createAuth(client, { router })).mount("#app");
