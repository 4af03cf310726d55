// Parsed source files and generated component code, kept between checks for as long as they are used.
const CHARACTERS_KEPT = 12e6
const TEXTS_KEPT = 3

/** A bounded store of things made from one text each; the least recently used go first. */
export class ParsedFiles {
  #entries = new Map()

  /** Returns what `make` once made of `text` under `key`, where `fresh` still accepts it. */
  get(key, text, make, fresh = () => true) {
    const kept = this.#entries.get(key) ?? []
    const known = kept.find((entry) => entry.text === text)
    const value = known && fresh(known.value) ? known.value : make()
    this.#entries.delete(key)
    this.#entries.set(key, [{ text, value }, ...kept.filter((entry) => entry !== known)])
    return value
  }

  /** Drops the least recently used down to the bounds; call it between checks, never inside one. */
  trim() {
    let characters = 0
    for (const [key, kept] of [...this.#entries].reverse()) {
      kept.splice(TEXTS_KEPT)
      for (const { text } of kept) characters += text.length
      if (characters > CHARACTERS_KEPT) this.#entries.delete(key)
    }
  }
}
