import { initTRPC } from "@trpc/server";

/** @type {ReturnType<typeof initTRPC.context<{ sub: string }>>} */
const context = initTRPC.context();
const { procedure, router } = context.create();

export const appRouter = router({ me: procedure.query(({ ctx: { sub } }) => ({ sub })) });

/** @typedef {typeof appRouter} AppRouter */
