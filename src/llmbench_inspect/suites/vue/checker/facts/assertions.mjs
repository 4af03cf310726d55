// Fact: type assertions.
import { walkTree } from '../component.mjs'
import { TypeText } from '../type_text.mjs'

export const summary = 'An assertion about a type: `x as T`, `<T>x`, `x!`, `x as const`, `x satisfies T`.'

export const attributes = {
  kind: '`as`, `angle`, `double` (`x as unknown as T`), `non-null`, `const` or `satisfies`',
  type: 'the type asserted, or null',
  where: '`script` or `template`',
}

export function extract(component) {
  const { ts } = component
  const { SyntaxKind: kind } = ts
  const kinds = [
    kind.AsExpression,
    kind.TypeAssertionExpression,
    kind.NonNullExpression,
    kind.SatisfiesExpression,
  ]
  const found = component
    .nodes(...kinds)
    .flatMap((node) => describe(component, node, { where: 'script', line: component.line(node) }))
  for (const expression of component.expressions(/\bas\b|!|\bsatisfies\b|</)) {
    walkTree(expression.source, ts, (node) => {
      if (!kinds.includes(node.kind)) return
      const [start] = expression.range(node.getStart(expression.source), node.end)
      found.push(...describe(component, node, { where: 'template', line: component.lineAt(start) }))
    })
  }
  return found
}

function describe(component, node, place) {
  const { ts } = component
  if (ts.isNonNullExpression(node)) return [{ kind: 'non-null', type: null, ...place }]
  if (ts.isConstTypeReference(node.type)) return [{ kind: 'const', type: null, ...place }]
  const type = new TypeText(node.type, component)
  if (ts.isSatisfiesExpression(node)) return [{ kind: 'satisfies', type, ...place }]
  if (isInnerOfDouble(node, ts)) return []
  const inner = ts.skipParentheses(node.expression)
  const double = ts.isAsExpression(inner) || ts.isTypeAssertionExpression(inner)
  return [{ kind: double ? 'double' : ts.isAsExpression(node) ? 'as' : 'angle', type, ...place }]
}

function isInnerOfDouble(node, ts) {
  const outer = ts.walkUpParenthesizedExpressions(node.parent)
  return (
    (ts.isAsExpression(outer) || ts.isTypeAssertionExpression(outer)) && !ts.isConstTypeReference(outer.type)
  )
}
