// Which files of a program need no second check: those once found without error, they and all they see unchanged.
import { createHash } from 'node:crypto'

const SIGNATURES_KEPT = 20_000

/**
 * Errors whose text, place or presence may hang on which file TypeScript checks first: circular definitions and
 * types too deep (2321, 2456, 2502, 2506, 2577, 2589, 2590, 2615, 2859, 7022 to 7024), lists of properties (2739,
 * 2740), the nearest of several names (2551, 2820).
 */
const CODES_BY_ORDER = new Set([
  2321, 2456, 2502, 2506, 2551, 2577, 2589, 2590, 2615, 2739, 2740, 2820, 2859, 7022, 7023, 7024,
])

/** Whether a diagnostic reads the same whatever was checked before: no union or object type printed, one reason. */
export function independentOfOrder({ code, messageText }) {
  return typeof messageText === 'string' && !/[|{]|\.\.\./.test(messageText) && !CODES_BY_ORDER.has(code)
}

/** Remembers files without errors by what their check depends on. */
export class CleanFiles {
  #numbers = new WeakMap()
  #numbered = 0
  #clean = new Set()

  /** The files of a program by their signatures; equal ones are of the same texts under the same options. */
  signatures(ts, program, optionsKey) {
    const files = program.getSourceFiles()
    const reached = reachable(ts, program, files)
    const shared = new Set(files.filter((file) => !isPlainModule(ts, file)).flatMap((file) => [...reached(file)]))
    const start = this.#hash(optionsKey, [...shared])
    return new Map(files.map((file) => [file, shared.has(file) ? start : this.#hash(start, [...reached(file)])]))
  }

  has(signature) {
    return this.#clean.has(signature)
  }

  set(signature, isClean) {
    this.#clean.delete(signature)
    if (isClean) this.#clean.add(signature)
    if (this.#clean.size > SIGNATURES_KEPT) this.#clean.delete(this.#clean.values().next().value)
  }

  #hash(start, files) {
    const numbers = files.map((file) => this.#number(file)).sort((one, other) => one - other)
    return createHash('sha256').update(`${start} ${numbers}`).digest('base64')
  }

  #number(file) {
    if (!this.#numbers.has(file)) this.#numbers.set(file, ++this.#numbered)
    return this.#numbers.get(file)
  }
}

/** Whether a file changes other files' types by being imported alone. */
function isPlainModule(ts, file) {
  return (
    ts.isExternalModule(file) &&
    !file.fileName.includes('/node_modules/') &&
    file.moduleAugmentations.length === 0 &&
    file.ambientModuleNames.length === 0
  )
}

/** A function from a file to the set of all files that its imports and references lead to, itself among them. */
function reachable(ts, program, files) {
  const known = new Map()
  const direct = new Map(files.map((file) => [file, targets(ts, program, file)]))
  return (file) => {
    if (!known.has(file)) {
      const found = new Set([file])
      for (const one of found) for (const target of direct.get(one)) found.add(target)
      known.set(file, found)
    }
    return known.get(file)
  }
}

function targets(ts, program, file) {
  const paths = file.referencedFiles.map(({ fileName }) => ts.resolveTripleslashReference(fileName, file.fileName))
  program.forEachResolvedModule(({ resolvedModule }) => paths.push(resolvedModule?.resolvedFileName), file)
  program.forEachResolvedTypeReferenceDirective(
    ({ resolvedTypeReferenceDirective }) => paths.push(resolvedTypeReferenceDirective?.resolvedFileName),
    file,
  )
  return paths.flatMap((path) => (path && program.getSourceFile(path)) ?? [])
}
