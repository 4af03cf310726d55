// The tree of vue-eslint-parser, which selectors and eslint rules read.
export function parserOptions(path, libraries) {
  const jsx = /\.[jt]sx$|\.[cm]?js$/.test(path)
  return {
    parser: libraries.scriptParser,
    sourceType: 'module',
    ecmaVersion: 'latest',
    extraFileExtensions: ['.vue'],
    ecmaFeatures: { jsx },
  }
}

/** What a parser's complaint is, in the protocol's words. */
export function parseError(path, { lineNumber, column, message }) {
  return { file: path, line: lineNumber ?? 1, column: (column ?? 0) + 1, message }
}
