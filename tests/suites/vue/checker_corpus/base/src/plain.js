export function plain(value) {
  return value + 1
}
