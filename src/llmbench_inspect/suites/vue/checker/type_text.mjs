// A type as text that says the same for the same type: spaces, quotes, order of unions, `Array<T>`, `readonly`.
import { RequestError } from './request_error.mjs'
import { printType } from './type_printer.mjs'

/** The type of something in a component, compared by meaning as far as syntax goes. */
export class TypeText {
  #text
  #forms

  constructor(node, component, { bound = new Map(), optional = false } = {}) {
    this.node = node
    this.component = component
    this.bound = bound
    this.optional = optional
  }

  /** A type that is written nowhere, such as that of `title: String`. */
  static of(text, ts) {
    return new TypeText(parseType(text, ts) ?? parseType('unknown', ts), { ts })
  }

  get text() {
    this.#text ??= printType(this, 'nothing')
    return this.#text
  }

  /** Whether this is the expected type, as it stands or with the project's aliases and interfaces put in. */
  equals(expected) {
    const wanted = normalise(String(expected), this)
    this.#forms ??= [this.text]
    if (this.#forms.includes(wanted)) return true
    if (this.#forms.length === 1) this.#forms.push(printType(this, 'aliases'), printType(this, 'everything'))
    return this.#forms.includes(wanted)
  }

  toJSON() {
    return this.text
  }
}

const normalised = new Map()

function normalise(text, { component: { ts }, optional }) {
  const key = `${optional} ${text}`
  if (!normalised.has(key)) {
    const node = parseType(text, ts)
    if (node === null) throw new RequestError(`'${text}' is not a TypeScript type`)
    normalised.set(key, new TypeText(node, { ts }, { optional }).text)
  }
  return normalised.get(key)
}

function parseType(text, ts) {
  const source = ts.createSourceFile('expected.ts', `type _ =\n${text}\n`, ts.ScriptTarget.Latest, true)
  const [statement] = source.statements
  return source.parseDiagnostics.length > 0 || source.statements.length !== 1 ? null : statement.type
}
