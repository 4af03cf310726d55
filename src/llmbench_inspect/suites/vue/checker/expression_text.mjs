// An expression as text, compared token by token: spaces, quotes and trailing commas mean nothing.
import { quote } from './type_printer.mjs'

const MAX_TEXT = 400

export class ExpressionText {
  #ts
  #tokens

  constructor(text, ts) {
    const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
    this.text = short.replace(/\s+/g, ' ').trim()
    this.#ts = ts
  }

  equals(expected) {
    this.#tokens ??= tokens(this.text, this.#ts)
    return this.#tokens === tokens(String(expected), this.#ts)
  }

  toJSON() {
    return this.text
  }
}

function tokens(text, ts) {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text)
  const { SyntaxKind } = ts
  const found = []
  for (let kind = scanner.scan(); kind !== SyntaxKind.EndOfFileToken; kind = scanner.scan()) {
    const closes = [
      SyntaxKind.CloseBraceToken,
      SyntaxKind.CloseBracketToken,
      SyntaxKind.CloseParenToken,
    ].includes(kind)
    if (closes && found.at(-1) === ',') found.pop()
    const literal = kind === SyntaxKind.StringLiteral || kind === SyntaxKind.NoSubstitutionTemplateLiteral
    found.push(literal ? quote(scanner.getTokenValue()) : scanner.getTokenText())
  }
  while (found.at(-1) === ';') found.pop()
  return found.join(' ')
}
