export const native = () => ({});
