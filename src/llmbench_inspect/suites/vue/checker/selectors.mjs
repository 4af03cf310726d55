// Patterns given as esquery selectors over the tree of vue-eslint-parser.
import { RequestError } from './request_error.mjs'
import { parseError, parserOptions } from './tree.mjs'

const TREES = {
  script: ({ ast }) => ast,
  template: ({ ast }) => ast.templateBody ?? null,
  document: ({ services }) => services.getDocumentFragment?.() ?? null,
}

/** A selector as a search through one component. */
export function selectorSearch({ where, esquery: text }, libraries) {
  const { esquery, vueParser } = libraries
  if (!Object.hasOwn(TREES, where))
    throw new RequestError(`a selector's 'where' is script, template or document, not '${where}'`)
  let selector
  try {
    selector = esquery.parse(text)
  } catch (error) {
    throw new RequestError(`the selector '${text}' is not esquery: ${error.message}`)
  }
  return (component) => {
    const parsed = parse(component, libraries)
    const tree = parsed && TREES[where](parsed)
    if (!tree) return []
    const visitorKeys = { ...vueParser.AST.KEYS, ...parsed.visitorKeys }
    return esquery.match(tree, selector, { visitorKeys }).map((node) => ({ line: node.loc.start.line }))
  }
}

const parsed = new WeakMap()

function parse(component, libraries) {
  if (!parsed.has(component)) parsed.set(component, parseOnce(component, libraries))
  return parsed.get(component)
}

function parseOnce(component, libraries) {
  const options = {
    ...parserOptions(component.path, libraries),
    filePath: component.path,
    loc: true,
    range: true,
  }
  try {
    return libraries.vueParser.parseForESLint(component.text, options)
  } catch (error) {
    if (error instanceof RangeError) throw error
    component.errors.push(parseError(component.path, error))
    return null
  }
}
