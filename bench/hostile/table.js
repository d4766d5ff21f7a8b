export function write(r) {}
