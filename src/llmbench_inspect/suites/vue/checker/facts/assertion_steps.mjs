// Fact: what stands between a value and the type that a double assertion gives it.
import { walkTree } from '../component.mjs'

const MAX_TEXT = 200

export const summary =
  'A step inside a double assertion: ` as unknown` in `x as unknown as T`, `<unknown>` in `<T><unknown>x`.'

export const attributes = {
  where: '`script` or `template`',
  text: `the whole assertion, cut to ${MAX_TEXT} UTF-16 units`,
  start: "first character of the step, in characters of the file's text; without its steps an assertion is a plain one",
  end: 'the character after it',
}

export function extract(component) {
  const { ts } = component
  const { SyntaxKind: kind } = ts
  const script = component
    .nodes(kind.AsExpression, kind.TypeAssertionExpression)
    .flatMap((node) => spans(node, ts, { start: (n) => component.start(n), end: (n) => component.end(n) }))
    .map(({ span: [start, end], whole }) => {
      return record(component, { where: 'script', text: component.text.slice(...whole), start, end })
    })
  return [...script, ...inTemplate(component)]
}

function inTemplate(component) {
  const { ts } = component
  const found = []
  for (const { source, range } of component.expressions(/\bas\b|</)) {
    walkTree(source, ts, (node) => {
      for (const { span, whole } of spans(node, ts, { start: (n) => n.getStart(source), end: (n) => n.end })) {
        const [start, end] = range(...span)
        // A step that is written with entities is not found again, and stays.
        if (component.text.slice(start, end) !== source.text.slice(...span)) continue
        found.push(record(component, { where: 'template', text: source.text.slice(...whole), start, end }))
      }
    })
  }
  return found
}

function spans(node, ts, { start, end }) {
  return steps(node, ts).map((step) => ({
    span: ts.isAsExpression(step) ? [end(step.expression), end(step)] : [start(step), start(step.expression)],
    whole: [start(node), end(node)],
  }))
}

function record(component, { where, text, start, end }) {
  return {
    where,
    text: text.slice(0, MAX_TEXT),
    ...component.range(start, end),
    line: component.lineAt(start),
  }
}

/** The assertions inside an outermost one; none inside any other node. */
function steps(node, ts) {
  if (!isAssertion(node, ts)) return []
  let outer = node.parent
  while (isTransparent(outer, ts)) outer = outer.parent
  if (isAssertion(outer, ts)) return []
  const found = []
  let inner = node.expression
  while (isTransparent(inner, ts) || isAssertion(inner, ts)) {
    if (isAssertion(inner, ts)) found.push(inner)
    inner = inner.expression
  }
  return found
}

function isAssertion(node, ts) {
  return (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) && !ts.isConstTypeReference(node.type)
}

function isTransparent(node, ts) {
  return ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node) || ts.isSatisfiesExpression(node)
}
