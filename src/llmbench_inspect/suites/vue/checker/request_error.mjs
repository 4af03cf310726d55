// What is wrong with a request itself, as against a crash: it names the thing and the nearest that is known.
export class RequestError extends Error {
  name = 'RequestError'
}

const MAX_LISTED = 40

export function unknown(what, name, names) {
  const known = [...names].sort()
  const near = nearest(name, known)
  const meant = near === undefined ? '' : `, did you mean '${near}'?`
  const listed = known.length > MAX_LISTED ? `${known.length} are known` : `known: ${known.join(', ')}`
  return new RequestError(`unknown ${what} '${name}'${meant} (${listed})`)
}

function nearest(name, known) {
  let best
  let least = Math.max(3, Math.ceil(name.length / 2))
  for (const candidate of known) {
    const away = distance(name.toLowerCase(), candidate.toLowerCase())
    if (away < least) [best, least] = [candidate, away]
  }
  return best
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1))
    }
    row = next
  }
  return row[b.length]
}
