export const writeReport = async () => {};
