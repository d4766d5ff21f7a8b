export function permissionOf() {
  return undefined;
}
